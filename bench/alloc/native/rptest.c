/*
 * rptest: each thread has 1000 slots. A round frees 24 to 79 of them, every so many, frees what other threads have sent, fills 30 to 99
 * slots with blocks of 8 to 16000 bytes, small ones more often, of which one byte of every 4 KiB is written; every second round it sends
 * as many blocks to the next thread. What is sent is a list: a block that holds its length, the rest of the list, and addresses.
 */
#include "crew.h"

enum { SLOTS = 1000 };

struct parcel {
  struct parcel *rest;
  long count;
  char *blocks[];
};
struct own {
  char *slots[SLOTS];
  uint32_t freed, filled, round;
};
static _Atomic(struct parcel *) heads[MOST_THREADS];

static void make(struct member *member) { member->own = calloc(1, sizeof(struct own)); }

static char *newBlock(uint32_t x) {
  uint32_t a = x & 0xffff, b = x >> 16;
  size_t size = 8 + (size_t)(((a < b ? a : b) * 15993u) >> 16);
  char *p = malloc(size);
  for (size_t at = 0; at < size; at += 4096) p[at] = 1;
  return p;
}

static void freeParcels(struct parcel *parcel) {
  while (parcel) {
    struct parcel *rest = parcel->rest;
    for (long i = 0; i < parcel->count; i++) free(parcel->blocks[i]);
    free(parcel);
    parcel = rest;
  }
}

static uint32_t sendParcel(struct member *member, uint32_t x, int count) {
  struct parcel *parcel = malloc(sizeof *parcel + (size_t)count * sizeof(char *));
  parcel->count = count;
  for (int i = 0; i < count; i++) {
    x = next(x);
    parcel->blocks[i] = newBlock(x);
  }
  _Atomic(struct parcel *) *head = &heads[(member->index + 1) % member->threads];
  parcel->rest = atomic_load(head);
  while (!atomic_compare_exchange_weak(head, &parcel->rest, parcel)) continue;
  return x;
}

static long step(struct member *member) {
  struct own *own = member->own;
  uint32_t x = next(member->x);
  int frees = 24 + (int)(x % 56), fills = 30 + (int)((x >> 8) % 70);
  for (int i = 0; i < frees; i++) {
    own->freed = (own->freed + 17) % SLOTS;
    free(own->slots[own->freed]);
    own->slots[own->freed] = NULL;
  }
  freeParcels(atomic_exchange(&heads[member->index], NULL));
  for (int i = 0; i < fills; i++) {
    x = next(x);
    own->filled = (own->filled + 1) % SLOTS;
    free(own->slots[own->filled]);
    own->slots[own->filled] = newBlock(x);
  }
  int sends = ++own->round % 2 == 0;
  if (sends) x = sendParcel(member, x, fills);
  member->x = x;
  return sends ? 2 * fills + 1 : fills;
}

int main(int argc, char **argv) { return runCrew(argc, argv, 1); }
