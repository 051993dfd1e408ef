// The words of the page's language, given by the page; {name} stands for a value.
export type Words = (key: string, values?: Record<string, string | number>) => string;

export function speaker(words: Record<string, string>): Words {
  return (key, values = {}) =>
    (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in values ? String(values[name]) : whole,
    );
}
