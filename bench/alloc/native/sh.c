/*
 * sh <6|8>: each thread fills a ring of places with blocks. When it is full, a window of a fifth of it stays, what is below is freed in the
 * order of allocation and what is above in the reverse one; then it is filled again, and the window has moved by a fifth.
 *
 * 6: sizes 1, 2, 4, 7, 11, 17, ... 1000, from each of them down by halves, 250 times each below 100 bytes and 50 times from there.
 * 8: sizes by a histogram with mostly 16 bytes and some up to 168 KiB; besides, each thread puts blocks of 8 bytes on a shelf, and the
 * next thread frees them.
 */
#include "crew.h"

enum { PLACES = 10000, PARTS = 5, SHELF = 256 };

struct ring {
  char *block[PLACES];
  int window, place, turn;
};
static int sizes[200000], count;
static _Atomic(char *) shelves[MOST_THREADS][SHELF];

static void make(struct member *member) {
  struct ring *ring = calloc(1, sizeof *ring);
  ring->window = -1;
  member->own = ring;
}

/* Moves the window and frees what is outside of it. */
static void turnOver(struct ring *ring) {
  ring->window = (ring->window + 1) % PARTS;
  int low = ring->window * (PLACES / PARTS), high = low + PLACES / PARTS;
  for (int i = 0; i < low; i++) free(ring->block[i]);
  for (int i = PLACES - 1; i >= high; i--) free(ring->block[i]);
  ring->place = low == 0 ? high : 0;
}

static void useShelves(struct member *member) {
  _Atomic(char *) *own = shelves[member->index], *other = shelves[(member->index + 1) % member->threads];
  for (int i = 0; i < SHELF; i++) {
    free(atomic_exchange(&other[i], NULL));
    char *p = malloc(8);
    *p = 1;
    free(atomic_exchange(&own[i], p));
  }
}

static long step(struct member *member) {
  struct ring *ring = member->own;
  enum { BATCH = 1000 };
  for (int i = 0; i < BATCH; i++) {
    if (ring->place == PLACES) turnOver(ring);
    size_t size = (size_t)sizes[ring->turn];
    ring->turn = ring->turn + 1 == count ? 0 : ring->turn + 1;
    char *p = malloc(size);
    p[0] = 1;
    p[size - 1] = 1;
    ring->block[ring->place++] = p;
    if (ring->window >= 0 && ring->place == ring->window * (PLACES / PARTS)) ring->place += PLACES / PARTS;
  }
  if (member->kind[0] == '6') return BATCH;
  useShelves(member);
  return BATCH + SHELF;
}

static void fill6(void) {
  for (int base = 1; base <= 1000; base += base / 2 + 1)
    for (int size = base; size >= 1; size /= 2)
      for (int i = size < 100 ? 250 : 50; i > 0; i--) sizes[count++] = size;
}

/* Spread evenly: a size that comes n of 7520 times comes each time when its n-th part is full. */
static void fill8(void) {
  static const int histogram[12][2] = {{8, 1000}, {16, 5000},  {48, 1000}, {72, 100}, {148, 100},  {200, 100},
                                       {520, 10}, {1056, 5},   {4096, 3},  {9162, 1}, {34562, 1},  {168524, 1}};
  double filled[12] = {0};
  double total = 0;
  for (int k = 0; k < 12; k++) total += histogram[k][1];
  while (count < (int)total) {
    int best = 0;
    for (int k = 0; k < 12; k++) {
      filled[k] += histogram[k][1] / total;
      if (filled[k] > filled[best]) best = k;
    }
    filled[best] -= 1;
    sizes[count++] = histogram[best][0];
  }
}

int main(int argc, char **argv) {
  if (argc > 1 && argv[1][0] == '6') fill6();
  else fill8();
  return runCrew(argc, argv, 1);
}
