const trimmed = (value: number): string => (value === 0 ? '0' : String(Number(value.toPrecision(3))));

function scaled(value: number, steps: readonly (readonly [from: number, unit: string])[]): string {
  const [from, unit] = steps.find(([least]) => Math.abs(value) >= least) ?? steps.at(-1)!;
  return `${trimmed(value / from)} ${unit}`;
}

const formats: Readonly<Record<string, (value: number) => string>> = {
  s: (value) =>
    value === 0
      ? '0 s'
      : scaled(value, [
          [1, 's'],
          [1e-3, 'ms'],
          [1e-6, 'µs'],
        ]),
  percentunit: (value) => `${trimmed(value * 100)} %`,
  percent: (value) => `${trimmed(value)} %`,
  reqps: (value) => `${trimmed(value)} req/s`,
  ops: (value) => `${trimmed(value)} /s`,
  bytes: (value) =>
    scaled(value, [
      [1024 ** 3, 'GiB'],
      [1024 ** 2, 'MiB'],
      [1024, 'KiB'],
      [1, 'B'],
    ]),
};

/** A value in one of Grafana's units, as people read it. */
export function formatValue(value: number, unit: string): string {
  return (formats[unit] ?? trimmed)(value);
}
