/*
 * The loops that miss a goal, in C, as the kernels have them: what a compiler with all instructions of this processor makes of the same work.
 *
 *     loops <file of RGB;24 pixels> <width> <height>
 *
 * Answers each line of standard input, the name of a loop, by the milliseconds that it took and a sum of the bytes that it made. Results are
 * written into memory that is there already, as ours are. Has one thread.
 */
#define _GNU_SOURCE
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef uint8_t byte;

static int width, height;
static size_t pixels;
static byte *rgb, *grey, *made;
static float *floats, *madeFloats;
static int32_t *integers, *madeIntegers;
static size_t madeBytes; /* by the last loop, at what it returned */

static uint16_t pairAt(const byte *p) { uint16_t v; memcpy(&v, p, 2); return v; }
static void putFour(byte *p, uint32_t v) { memcpy(p, &v, 4); }

/* Tables of pairs of bytes: half as many look-ups. */

static uint16_t pairs[3][65536];

static void pairTable(uint16_t *table, const byte *first, const byte *second) {
  for (int b = 0; b < 256; b++)
    for (int a = 0; a < 256; a++) table[256 * b + a] = first[a] | second[b] << 8;
}

static uint32_t twoPairs(const byte *p, const uint16_t *first, const uint16_t *second) {
  return first[pairAt(p)] | (uint32_t)second[pairAt(p + 2)] << 16;
}

static void throughPairs(const byte *table, const uint16_t *t0, const uint16_t *t1, const uint16_t *t2) {
  size_t i = 0, bytes = 3 * pixels;
  for (; i + 12 <= bytes; i += 12) {
    putFour(made + i, twoPairs(rgb + i, t0, t1));
    putFour(made + i + 4, twoPairs(rgb + i + 4, t2, t0));
    putFour(made + i + 8, twoPairs(rgb + i + 8, t1, t2));
  }
  for (; i < bytes; i++) made[i] = table[256 * (i % 3) + rgb[i]];
  madeBytes = bytes;
}

static void *gammaTable(void) {
  byte table[768];
  for (int v = 0; v < 256; v++) table[v] = table[256 + v] = table[512 + v] = (byte)floor(255 * pow(v / 255.0, 1 / 2.2) + 0.5);
  pairTable(pairs[0], table, table);
  throughPairs(table, pairs[0], pairs[0], pairs[0]);
  return made;
}

/*
 * Counts of pairs, of the four quarters of a row in turn. Each place has an instruction of its own: one for all of them took more than twice as
 * long, since the processor foretells by instruction which load has to wait for a store.
 */

static uint32_t counts[768];
static uint32_t pairCounts[3][65536 + 16];

static inline __attribute__((always_inline)) void countSix(const byte *p) {
  pairCounts[0][pairAt(p)]++;
  pairCounts[1][pairAt(p + 2)]++;
  pairCounts[2][pairAt(p + 4)]++;
  pairCounts[0][pairAt(p + 6)]++;
  pairCounts[1][pairAt(p + 8)]++;
  pairCounts[2][pairAt(p + 10)]++;
}

static void *histogram(void) {
  size_t line = 3 * (size_t)width, quarter = line / 48 * 12;
  memset(counts, 0, sizeof counts);
  memset(pairCounts, 0, sizeof pairCounts);
  for (int y = 0; y < height; y++) {
    const byte *row = rgb + y * line;
    for (const byte *p = row; p < row + quarter; p += 12) {
      countSix(p);
      countSix(p + quarter);
      countSix(p + 2 * quarter);
      countSix(p + 3 * quarter);
    }
    for (size_t i = 4 * quarter; i < line; i++) counts[256 * (i % 3) + row[i]]++;
  }
  for (int t = 0; t < 3; t++) {
    uint32_t *first = counts + 256 * (2 * t % 3), *second = counts + 256 * ((2 * t + 1) % 3);
    for (int b = 0; b < 256; b++) {
      uint32_t sum = 0;
      for (int a = 0; a < 256; a++) {
        uint32_t count = pairCounts[t][256 * b + a];
        first[a] += count;
        sum += count;
      }
      second[b] += sum;
    }
  }
  madeBytes = sizeof counts;
  return counts;
}

static void *equalize(void) {
  byte table[768];
  histogram();
  for (int band = 0; band < 3; band++) {
    const uint32_t *count = counts + 256 * band;
    int last = 255;
    while (last > 0 && count[last] == 0) last--;
    uint64_t below = 0;
    for (int v = 0; v < last; v++) below += count[v];
    uint64_t step = below / 255, sum = step / 2;
    for (int v = 0; v < 256; v++) {
      uint64_t value = step == 0 ? (uint64_t)v : sum / step;
      table[256 * band + v] = value > 255 ? 255 : value;
      sum += count[v];
    }
  }
  for (int t = 0; t < 3; t++) pairTable(pairs[t], table + 256 * (2 * t % 3), table + 256 * ((2 * t + 1) % 3));
  throughPairs(table, pairs[0], pairs[1], pairs[2]);
  return made;
}

/* Pixels picked. */

static void *nearest(void) {
  enum { WIDE = 720, HIGH = 588 };
  static int columns[WIDE];
  byte *out = made;
  for (int x = 0; x < WIDE; x++) columns[x] = 3 * (int)((x + 0.5) * width / WIDE);
  for (int y = 0; y < HIGH; y++) {
    const byte *row = rgb + 3 * (size_t)width * (int)((y + 0.5) * height / HIGH);
    const byte *next = y + 1 < HIGH ? rgb + 3 * (size_t)width * (int)((y + 1.5) * height / HIGH) : row;
    for (int i = 0; i < 3 * width; i += 64) __builtin_prefetch(next + i);
    for (int x = 0; x < WIDE; x++, out += 3) {
      const byte *p = row + columns[x];
      memcpy(out, p, 2);
      out[2] = p[2];
    }
  }
  madeBytes = out - made;
  return made;
}

static double rounded(double value) { return round(value * 1e15) / 1e15; }
static int fixedOf(double value) { return (int)floor(value * 65536 + 0.5); }

/* Ten degrees clockwise, into an image that has room for all of it, as Pillow places it. */
static void *turn(void) {
  double angle = 10 * M_PI / 180, a = rounded(cos(angle)), b = rounded(sin(angle)), d = rounded(-sin(angle)), e = a;
  double x0 = -width / 2.0, y0 = -height / 2.0;
  double c = a * x0 + b * y0 - x0, f = d * x0 + e * y0 - y0;
  double left = 1e9, right = -1e9, upper = 1e9, lower = -1e9;
  for (int i = 0; i < 4; i++) {
    int x = i & 1 ? width : 0, y = i & 2 ? height : 0;
    double u = a * x + b * y + c, v = d * x + e * y + f;
    left = fmin(left, u), right = fmax(right, u), upper = fmin(upper, v), lower = fmax(lower, v);
  }
  int wide = (int)(ceil(right) - floor(left)), high = (int)(ceil(lower) - floor(upper));
  double shiftX = -(wide - width) / 2.0, shiftY = -(high - height) / 2.0, c0 = c;
  c = a * shiftX + b * shiftY + c0;
  f = d * shiftX + e * shiftY + f;
  int u0 = fixedOf(c + a * 0.5 + b * 0.5), v0 = fixedOf(f + d * 0.5 + e * 0.5);
  int du = fixedOf(a), dv = fixedOf(d), eu = fixedOf(b), ev = fixedOf(e);
  byte *out = made;
  for (int y = 0; y < high; y++, u0 += eu, v0 += ev) {
    int u = u0, v = v0;
    for (int x = 0; x < wide; x++, u += du, v += dv, out += 3) {
      int column = u >> 16, row = v >> 16;
      if ((unsigned)column < (unsigned)width && (unsigned)row < (unsigned)height) {
        const byte *p = rgb + 3 * ((size_t)row * width + column);
        memcpy(out, p, 2);
        out[2] = p[2];
      } else {
        memset(out, 0, 3);
      }
    }
  }
  madeBytes = out - made;
  return made;
}

/* Numbers of four bytes. */

static void *flopIntegers(void) {
  for (int y = 0; y < height; y++) {
    const int32_t *row = integers + (size_t)y * width;
    int32_t *out = madeIntegers + (size_t)y * width;
    for (int x = 0; x < width; x++) out[x] = row[width - 1 - x];
  }
  madeBytes = 4 * pixels;
  return madeIntegers;
}

static void *linearFloats(void) {
  for (size_t i = 0; i < pixels; i++) madeFloats[i] = (float)(floats[i] * 0.7 + 12);
  madeBytes = 4 * pixels;
  return madeFloats;
}

static void *greyToFloats(void) {
  for (size_t i = 0; i < pixels; i++) madeFloats[i] = grey[i];
  madeBytes = 4 * pixels;
  return madeFloats;
}

static const struct { const char *name; void *(*run)(void); } loops[] = {
  { "gamma", gammaTable }, { "histogram", histogram }, { "equalize", equalize }, { "nearest", nearest }, { "turn", turn },
  { "flop I", flopIntegers }, { "linear F", linearFloats }, { "L to F", greyToFloats },
};

static void *room(size_t bytes) {
  void *found = malloc(bytes);
  if (!found) exit(2);
  return memset(found, 1, bytes);
}

static void prepare(const char *file) {
  FILE *from = fopen(file, "rb");
  pixels = (size_t)width * height;
  rgb = room(3 * pixels + 16);
  grey = room(pixels);
  made = room(6 * pixels + 16); /* an image that is turned takes more */
  floats = room(4 * pixels);
  integers = room(4 * pixels);
  madeFloats = room(4 * pixels);
  madeIntegers = room(4 * pixels);
  if (!from || fread(rgb, 3, pixels, from) != pixels) exit(3);
  fclose(from);
  for (size_t i = 0; i < pixels; i++) {
    grey[i] = (rgb[3 * i] * 19595 + rgb[3 * i + 1] * 38470 + rgb[3 * i + 2] * 7471 + 0x8000) >> 16;
    integers[i] = grey[i];
    floats[i] = grey[i];
  }
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static uint32_t sumOf(const byte *bytes, size_t length) {
  uint32_t sum = 0;
  for (size_t i = 0; i < length; i++) sum = sum * 31 + bytes[i];
  return sum;
}

static void answer(const char *name) {
  for (size_t i = 0; i < sizeof loops / sizeof *loops; i++) {
    if (strcmp(name, loops[i].name) != 0) continue;
    double begun = milliseconds();
    void *result = loops[i].run();
    double took = milliseconds() - begun;
    printf("%.4f %u\n", took, sumOf(result, madeBytes));
    fflush(stdout);
    return;
  }
  exit(4);
}

int main(int count, char **given) {
  char line[64];
  if (count != 4) return 1;
  width = atoi(given[2]);
  height = atoi(given[3]);
  prepare(given[1]);
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    answer(line);
  }
}
