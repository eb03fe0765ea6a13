// Members of crews in crew.test.ts. `data.words`: [0] counts operations, [1] those who came to their end, [2] a turn.
export function counter({ data: { words } }) {
  const one = () => Atomics.add(words, 0, 1);
  return {
    step() {
      for (let i = 0; i < 100; i++) one();
      return 100;
    },
    end: () => Atomics.add(words, 1, 1),
  };
}

export function timed(context) {
  return { ...counter(context), one: () => Atomics.add(context.data.words, 0, 1) };
}

/** Each waits for its turn: at the end one of them waits for somebody who has gone. */
export function turns({ index, threads, data: { words }, waitWhile }) {
  return {
    step() {
      const turn = Atomics.load(words, 2);
      if (turn % threads !== index) {
        waitWhile(words, 2, turn);
        return 0;
      }
      Atomics.store(words, 2, turn + 1);
      Atomics.notify(words, 2);
      return 1;
    },
  };
}

/** The second one does four times as much in a step. */
export function greedy({ index }) {
  return { step: () => (index === 0 ? 1 : 4) };
}

export function thrower({ index }) {
  return {
    step() {
      if (index === 1) throw new Error('member 1 has had enough');
      return 1;
    },
  };
}

export function sleeper() {
  return { step: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) && 0 };
}

/** The second thread comes to its counted steps when the first one has ended. A step takes 20 ms. */
export const relay = ({ index, data: { words } }) => ({
  step() {
    if (index === 1) Atomics.wait(words, 0, 0, 10_000);
    Atomics.wait(words, 1, 0, 20);
    return 1;
  },
  end() {
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  },
});
