// Which tasks are shown and in what order: functions of the state alone.

const pairChosen = () => {
  const a = raterById.get(state.a), b = raterById.get(state.b);
  return a && b && a !== b ? [a.position, b.position] : null;
};

/** How far the two chosen raters lie apart on a task; null where one is missing. */
const difference = (task) => {
  const pair = pairChosen();
  if (!pair) return null;
  const [a, b] = pair.map((rater) => dimension().values[rater][task]);
  return a === null || b === null ? null : Math.abs(a - b);
};

const filters = () => {
  const one = dimension(), position = dimensions.indexOf(one), tests = [];
  const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length) tests.push((task) => words.every((word) => haystack[task].includes(word)));
  if (state.group) tests.push((task) => groupOf[tasks.occupation[task]] === state.group);
  if (state.occ) tests.push((task) => data.occupations[tasks.occupation[task]].id === state.occ);
  if (state.act) {
    const chosen = tasks.activity_ids.indexOf(state.act);
    tests.push((task) => tasks.activities[task]?.includes(chosen));
  }
  if (state.contested) tests.push((task) => one.contested[task] === "1");
  if (state.missing) tests.push((task) => one.values.some((values, rater) => covers[position][rater] && values[task] === null));
  if (pairChosen()) {
    const least = state.min === "" ? null : Number(state.min);
    tests.push((task) => {
      const apart = difference(task);
      return apart !== null && (least === null || !(least > 0) ? apart > 1e-9 : apart >= least - 1e-9);
    });
  }
  return tests;
};

/** What tasks are sorted by; null sorts last, whatever the order. */
const sortKey = () => {
  const one = dimension();
  if (state.sort === "consensus") return (task) => one.consensus[task];
  if (state.sort === "difference" && pairChosen()) return difference;
  if (state.sort === "task") return (task) => task;
  return (task) => one.spread[task];
};

/** The numbers of the tasks to show, in order; ties stay in the order of the run. */
const selected = () => {
  const tests = filters(), key = sortKey();
  const kept = [];
  for (let task = 0; task < taskCount; task += 1) if (tests.every((test) => test(task))) kept.push(task);
  const keys = new Map(kept.map((task) => [task, key(task)]));
  const turn = state.order === "up" ? 1 : -1;
  return kept.sort((x, y) => {
    const a = keys.get(x), b = keys.get(y);
    if (a === null || b === null) return (a === null) - (b === null) || x - y;
    return (a - b) * turn || x - y;
  });
};
