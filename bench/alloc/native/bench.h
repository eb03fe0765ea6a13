/* What the native programs share: the clock, the generator of the JavaScript side, and how a loop is timed. */
#ifndef SHARENA_BENCH_H
#define SHARENA_BENCH_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The compiler must believe that `p` is used: or it removes a malloc whose block is only freed. */
#define KEEP(p) __asm__ volatile("" : : "r"(p) : "memory")

static inline double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds of processor time that all threads of the program took. */
static inline double processorTime(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* xorshift32, as in ours/xorshift.js. */
static inline uint32_t next(uint32_t x) {
  x ^= x << 13;
  x ^= x >> 17;
  return x ^ (x << 5);
}

/* Nanoseconds for each of `count` operations: the fastest repetition behind a warm-up, as in ours/measure.js. */
static inline double fastest(void (*run)(long), long count, int repetitions) {
  for (double end = now() + 1e8; now() < end;) run(count / 20);
  double least = 1e300;
  for (int i = 0; i < repetitions; i++) {
    double begun = now();
    run(count);
    double took = now() - begun;
    if (took < least) least = took;
  }
  return least / (double)count;
}

static inline long argument(int argc, char **argv, int index) {
  if (index < argc) return atol(argv[index]);
  fprintf(stderr, "argument %d is missing\n", index);
  exit(2);
}
#endif
