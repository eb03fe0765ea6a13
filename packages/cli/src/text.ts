/** Numbers as people read them. */

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes: `812 B`, `4.1 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes / 1024;
  let unit = 0;
  // 1023.95 and more would be printed as 1024.0
  for (; value >= 1023.95 && unit < UNITS.length - 1; unit++) value /= 1024;
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}

/** A time: `0.42 s`, `12.3 s`, `2 min 05 s`, `1 h 02 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** A time that is a guess: whole seconds. */
export function formatRemaining(seconds: number | undefined): string {
  if (seconds === undefined) return '-';
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : formatDuration(whole);
}

/** A speed in MiB/s. */
export function formatRate(bytesPerSecond: number): string {
  return `${(bytesPerSecond / 2 ** 20).toFixed(1)} MiB/s`;
}

/** `1 image`, `2 images`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
