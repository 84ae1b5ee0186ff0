/** Browsers by the word that only they have in their User-Agent, the more particular first: each claims to be others too. */
const BROWSERS: readonly (readonly [word: RegExp, name: string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/\bcurl\//, 'curl'],
]
const SYSTEMS: readonly (readonly [word: RegExp, name: string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const named = (list: typeof BROWSERS, agent: string): string | undefined => list.find(([word]) => word.test(agent))?.[1]

/** Name of a browser and its system for people, as `Firefox on Linux`; null: the User-Agent names neither. */
export function browserName(agent: string | null): string | null {
  const [browser, system] = [named(BROWSERS, agent ?? ''), named(SYSTEMS, agent ?? '')]
  if (!browser || !system) return browser ?? system ?? null
  return `${browser} on ${system}`
}
