/** For `JSON.parse`: sixty-four-bit ids come as JSON numbers that a double cannot hold, and those stay the text they were. */
export function keepLongNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value
}
