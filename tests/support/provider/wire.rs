//! The two wires: their paths, their error shapes, their header names.

use serde_json::{Value, json};

/// Which vendor's protocol a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// OpenAI chat completions.
    OpenAi,
    /// Anthropic Messages.
    Anthropic,
}

/// An error as a vendor would send it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// HTTP status.
    pub status: u16,
    /// What the vendor says.
    pub message: String,
    /// OpenAI's `error.param`.
    pub param: Option<String>,
    /// OpenAI's `error.code`, where it is not the usual one of the status.
    pub code: Option<String>,
    /// OpenAI's `error.type`, where it is not the usual one of the status.
    pub kind: Option<String>,
}

impl Failure {
    /// An error with the usual type and code of its status.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            param: None,
            code: None,
            kind: None,
        }
    }

    /// A 400 about one parameter.
    pub fn bad(param: &str, message: impl Into<String>) -> Self {
        Self {
            param: Some(param.to_owned()),
            ..Self::new(400, message)
        }
    }

    /// The same error with this `error.type`.
    pub fn kind(self, kind: &str) -> Self {
        Self {
            kind: Some(kind.to_owned()),
            ..self
        }
    }

    /// The same error with this `error.code`.
    pub fn code(self, code: &str) -> Self {
        Self {
            code: Some(code.to_owned()),
            ..self
        }
    }
}

impl Wire {
    /// The wire a path belongs to.
    pub fn of_path(path: &str) -> Option<Self> {
        match path {
            "/v1/chat/completions" | "/chat/completions" => Some(Self::OpenAi),
            "/v1/messages" | "/messages" => Some(Self::Anthropic),
            _ => None,
        }
    }

    /// The name of the response header that holds the request id.
    pub fn id_header(self) -> &'static str {
        match self {
            Self::OpenAi => "x-request-id",
            Self::Anthropic => "request-id",
        }
    }

    /// What the vendor says with a status when there is nothing special to say.
    pub fn usual_message(self, status: u16, model: &str) -> String {
        match (self, status) {
            (Self::OpenAi, 404) => {
                format!("The model `{model}` does not exist or you do not have access to it.")
            }
            (Self::Anthropic, 404) => format!("model: {model}"),
            (Self::OpenAi, 429) => format!("Rate limit reached for {model} on requests per min."),
            (Self::Anthropic, 429) => {
                "This request would exceed your organization's rate limit.".to_owned()
            }
            (Self::OpenAi, 503) => "The engine is currently overloaded, try again later".to_owned(),
            (Self::Anthropic, 503 | 529) => "Overloaded".to_owned(),
            (Self::OpenAi, 500) => {
                "The server had an error while processing your request. Sorry about that!"
                    .to_owned()
            }
            (Self::Anthropic, 500) => "Internal server error".to_owned(),
            (_, 401) => "Invalid authentication.".to_owned(),
            (_, 403) => "Your API key does not have permission to use this model.".to_owned(),
            _ => format!("Simulated error with status {status}."),
        }
    }

    /// The body of an error reply.
    pub fn error_body(self, failure: &Failure, request_id: &str) -> Value {
        match self {
            Self::OpenAi => {
                let (kind, code) = openai_type_and_code(failure.status);
                let code = failure.code.as_deref().or(code);
                let kind = failure.kind.as_deref().unwrap_or(kind);
                let (message, param) = (&failure.message, &failure.param);
                json!({
                    "error": {"message": message, "type": kind, "param": param, "code": code},
                    "simulated": true,
                })
            }
            Self::Anthropic => json!({
                "type": "error",
                "error": {"type": anthropic_type(failure.status), "message": &failure.message},
                "request_id": request_id,
                "simulated": true,
            }),
        }
    }
}

fn openai_type_and_code(status: u16) -> (&'static str, Option<&'static str>) {
    match status {
        401 => ("invalid_request_error", Some("invalid_api_key")),
        403 => ("invalid_request_error", Some("permission_denied")),
        404 => ("invalid_request_error", Some("model_not_found")),
        429 => ("requests", Some("rate_limit_exceeded")),
        500.. => ("server_error", None),
        _ => ("invalid_request_error", None),
    }
}

fn anthropic_type(status: u16) -> &'static str {
    match status {
        401 => "authentication_error",
        402 => "billing_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        504 => "timeout_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    }
}
