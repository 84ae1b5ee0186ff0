import type { FieldError } from '#worker/domain/problem.ts'
import { pointerOf } from '#worker/lib/json/pointer.ts'
import type { SettingSpec, Settings } from './provider.ts'
import { settingErrors } from './settings.ts'

type SettingSpecs = Readonly<Record<string, SettingSpec>>

const MAX_TEXT = 4_000
/** Shortest secret whose last four characters are shown: of a shorter one they would give too much away. */
const SHOW_FROM = 16
const VEIL = '••••'

/** Reason to refuse one setting whatever the provider: an unknown name, a text too long, a masked secret sent back; else null. */
function inputFault(spec: SettingSpec | undefined, value: unknown): string | null {
  if (!spec) return 'is not a setting of this provider'
  if (typeof value !== 'string') return null
  if (value.length > MAX_TEXT) return `must have at most ${MAX_TEXT} characters`
  if (spec.kind === 'secret' && value.startsWith(VEIL))
    return 'is masked: leave it out to keep the secret that is there'
  return null
}

/**
 * Merges a change into a connection's settings and checks the whole against the provider's table. `before` are the settings it
 * has: what the input leaves out stays, null or an empty text removes an optional one. Pointers are relative (`/apiKey`).
 */
export function mergeSettings(
  specs: SettingSpecs,
  input: Readonly<Record<string, unknown>>,
  before: Settings = {},
): { readonly settings: Settings; readonly errors: readonly FieldError[] } {
  const given = Object.entries(input)
  const faults = given.flatMap(([name, value]) => {
    const detail = inputFault(Object.hasOwn(specs, name) ? specs[name] : undefined, value)
    return detail === null ? [] : [{ name, detail }]
  })
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(input, name))
  const changed = given.filter(([, value]) => value !== null && value !== '')
  const settings = Object.fromEntries([...kept, ...changed]) as Settings
  const errors = [...faults, ...(faults.length > 0 ? [] : settingErrors(specs, settings))]
  return { settings, errors: errors.map(({ name, detail }) => ({ pointer: pointerOf([name]), detail })) }
}

/** Splits settings into those that may lie in clear and those that are sealed. One that the table lacks counts as a secret. */
export function splitSettings(
  specs: SettingSpecs,
  settings: Settings,
): { readonly open: Settings; readonly secret: Settings } {
  const isOpen = (name: string) => Object.hasOwn(specs, name) && specs[name]?.kind !== 'secret'
  const entries = Object.entries(settings)
  return {
    open: Object.fromEntries(entries.filter(([name]) => isOpen(name))),
    secret: Object.fromEntries(entries.filter(([name]) => !isOpen(name))),
  }
}

/** Masks a secret: only the last four characters of a long one are shown. */
const maskSecret = (secret: string): string => (secret.length < SHOW_FROM ? VEIL : VEIL + secret.slice(-4))

/** Settings with every secret masked, for answers. */
export function maskSettings(specs: SettingSpecs, settings: Settings): Settings {
  const { open, secret } = splitSettings(specs, settings)
  const masked = Object.entries(secret).map(([name, value]) => [name, maskSecret(String(value))] as const)
  return { ...open, ...Object.fromEntries(masked) }
}
