// Begins: who labels, and where they were before the page was loaded again.

addEventListener("hashchange", () => location.reload());

once(async () => {
  review = await ask("api/review");
  drawQuestions();
  const who = kept("name") ?? review.reviewer;
  if (who === null) await drawStart(); else await begin(who, kept("place"));
}).finally(() => { document.documentElement.dataset.ready = "yes"; });
