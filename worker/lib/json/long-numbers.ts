/** Reviver for `JSON.parse` that keeps as text the integers that a double cannot hold, such as carriers' 64-bit ids. */
export function keepLongNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value
}
