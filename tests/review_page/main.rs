//! The local page of `review`: people label in a real browser, each label is on disk before the page says so, and nobody else
//! gets in.

#[path = "../support/browser.rs"]
mod browser;
mod guard;
mod keys;
mod kills;
mod look;
#[path = "../support/mod.rs"]
mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Project, Running, occupation};
use tokio::runtime::{Builder, Runtime};

/// What stands in a task and must stay text.
const HOSTILE: &str = "Weigh <img src=x onerror='window.hacked=1'> <script>window.hacked=2</script> &amp; fold flour.";

/// A run of a few tasks and a review of it, in the folder `rev`.
struct Review {
    project: Project,
}

impl Review {
    /// Seven tasks, of which six are drawn, three of them for two people, in a dimension of labels and one of scores.
    fn new() -> Self {
        let project = Project::new();
        let tasks = [
            HOSTILE,
            "Write the order for flour and yeast.",
            "Shape loaves by hand.",
            "Load the oven and watch the bake.",
            "Answer letters of customers about allergens.",
            "Keep the books of the night shift.",
            "Clean the mixer after each dough.",
        ];
        project.write("taskrater.toml", "inventory = \"jobs.toml\"\n");
        project.write("jobs.toml", occupation("baker", "Night baker", &tasks));
        project
            .rate("run", &["Night baker", "--panel", "free"])
            .ends(0);
        Self { project }
    }

    /// Opens the page.
    fn open(&self, more: &[&str]) -> Open {
        let mut args = vec![
            "review",
            "run",
            "--out",
            "rev",
            "--tasks",
            "6",
            "--contested",
            "0",
            "--dimension",
            "exposure",
            "--dimension",
            "automation",
        ];
        args.extend(more);
        Open::of(self.project.start(&args))
    }

    fn draw(&self) -> Value {
        serde_json::from_str(&self.project.read("rev/draw.json")).expect("JSON")
    }

    /// The statement of the task at a place.
    fn statement(&self, place: usize) -> String {
        self.draw()["tasks"][place]["task"]
            .as_str()
            .expect("a statement")
            .to_owned()
    }

    /// The lines of the labels, all of them whole.
    fn labels(&self) -> Vec<Value> {
        let text = self.project.read("rev/labels.jsonl");
        assert!(text.is_empty() || text.ends_with('\n'), "{text}");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    /// What a person says of the task at a place, as the page sends it.
    fn label(&self, reviewer: &str, place: usize, score: f64) -> Value {
        json!({ "draw": self.draw()["id"], "reviewer": reviewer, "place": place, "said": "label",
            "values": { "exposure": "E1", "automation": score }, "note": "" })
    }
}

/// A page that is served.
struct Open {
    running: Running,
    url: String,
    port: u16,
    key: String,
}

impl Open {
    fn of(mut running: Running) -> Self {
        let url = running.line();
        let rest = url
            .strip_prefix("http://127.0.0.1:")
            .unwrap_or_else(|| panic!("no address: {url:?}"));
        let (port, key) = rest.split_once("/#").expect("a key");
        let (port, key) = (port.parse().expect("a port"), key.to_owned());
        Self {
            running,
            url,
            port,
            key,
        }
    }

    fn origin(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the page's own script would send.
    fn own(&self) -> Vec<(&'static str, String)> {
        vec![
            ("origin", self.origin()),
            ("x-review-key", self.key.clone()),
        ]
    }
}

/// An HTTP client, as someone else on this machine may have it.
struct Http {
    runtime: Runtime,
    client: reqwest::Client,
}

/// What was answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Http {
    fn new() -> Self {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        Self {
            runtime,
            client: client(),
        }
    }

    fn send(
        &self,
        open: &Open,
        method: Method,
        path: &str,
        headers: &[(&str, String)],
        body: impl Into<String>,
    ) -> Answer {
        let mut request = self
            .client
            .request(method, format!("{}{path}", open.origin()))
            .body(body.into());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        self.runtime.block_on(async {
            let response = request.send().await.expect("an answer");
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let text = response.text().await.expect("text");
            Answer {
                status,
                headers,
                text,
            }
        })
    }

    /// As the page sends it.
    fn post(&self, open: &Open, path: &str, body: &Value) -> Answer {
        self.send(open, Method::POST, path, &open.own(), body.to_string())
    }

    fn get(&self, open: &Open, path: &str) -> Answer {
        self.send(open, Method::GET, path, &open.own(), "")
    }

    /// The place of the task that a person is shown.
    fn place(&self, open: &Open, reviewer: &str) -> Option<u64> {
        let answer = self.post(open, "/api/task", &json!({ "reviewer": reviewer }));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["task"]["place"].as_u64()
    }
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client")
}
