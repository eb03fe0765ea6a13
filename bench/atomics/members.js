/** What threads do to words: adds and stores beside each other, and turns that they give each other. */
const BATCH = 2000;

export function add({ index, data: { words, stride } }) {
  const word = index * stride;
  return {
    step() {
      for (let i = 0; i < BATCH; i++) Atomics.add(words, word, 1);
      return BATCH;
    },
  };
}

export function store({ index, data: { words, stride } }) {
  const word = index * stride;
  return {
    step() {
      for (let i = 0; i < BATCH; i++) words[word] += i;
      return BATCH;
    },
  };
}

/** A step is a round trip, counted by the first thread. */
export function turns({ index, data: { words, isAsleep }, isOver, waitWhile }) {
  const other = 1 - index;

  function awaitTurn() {
    if (isAsleep) return waitWhile(words, 0, other);
    for (let spins = 0; Atomics.load(words, 0) === other; spins++) if (spins % 1024 === 1023 && isOver()) return false;
    return true;
  }

  return {
    step() {
      if (!awaitTurn()) return 0;
      Atomics.store(words, 0, other);
      if (isAsleep) Atomics.notify(words, 0, 1);
      return 1 - index;
    },
  };
}
