/*
 * mstress: each thread allocates blocks, half of them 8 to 128 bytes (one of 100 a hundred times as large, one of 5000 a thousand times),
 * half 8 to 512 bytes; frees a random one two of three times, and every fourth time exchanges one with a random place of 1000 that all
 * share. What is in a block is written when it is made and checked when it is freed, whoever frees it. After 5000 allocations a
 * thread frees all that it has.
 */
#include "crew.h"

enum { PLACES = 5000, TRANSFERS = 1000, BATCH = 100 };
static const uint32_t COOKIE = 0xbf58476d;

struct hoard {
  uint32_t *block[PLACES];
  int count;
};
static _Atomic(uint32_t *) transfers[TRANSFERS];

static void make(struct member *member) { member->own = calloc(1, sizeof(struct hoard)); }

static uint32_t *newBlock(uint32_t words) {
  uint32_t *p = malloc(words * 4);
  p[0] = words;
  for (uint32_t i = 1; i < words; i++) p[i] = (words - i) ^ COOKIE;
  return p;
}

static void freeBlock(uint32_t *p) {
  if (!p) return;
  for (uint32_t i = 1, words = p[0]; i < words; i++) {
    if (p[i] == ((words - i) ^ COOKIE)) continue;
    fprintf(stderr, "a block was overwritten\n");
    exit(3);
  }
  free(p);
}

static uint32_t wordsOf(uint32_t x, uint32_t y) {
  if (x & 1) return 2u << ((x >> 1) % 7);
  uint32_t words = 2u << ((x >> 1) % 5);
  if (y % 5000 == 0) return words * 1000;
  return y % 100 == 0 ? words * 100 : words;
}

static long step(struct member *member) {
  struct hoard *hoard = member->own;
  uint32_t x = member->x;
  for (int i = 0; i < BATCH; i++) {
    x = next(x);
    uint32_t y = next(x);
    hoard->block[hoard->count++] = newBlock(wordsOf(x >> 8, y >> 8));
    x = next(y);
    if (x % 3 != 0) {
      int at = (int)((y & 0xffff) * (uint32_t)hoard->count >> 16);
      freeBlock(hoard->block[at]);
      hoard->block[at] = hoard->block[--hoard->count];
    }
    if ((x >> 8) % 4 == 0 && hoard->count > 0) {
      int at = (int)((x >> 16) * (uint32_t)hoard->count >> 16);
      hoard->block[at] = atomic_exchange(&transfers[(y >> 16) * TRANSFERS >> 16], hoard->block[at]);
    }
    if (hoard->count < PLACES) continue;
    while (hoard->count > 0) freeBlock(hoard->block[--hoard->count]);
  }
  member->x = x;
  return BATCH;
}

int main(int argc, char **argv) { return runCrew(argc, argv, 1); }
