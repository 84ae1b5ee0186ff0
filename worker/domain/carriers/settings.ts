import { trimEnd } from '#worker/lib/trim-end.ts'
import type { SettingSpec, Settings } from './provider.ts'

interface SettingError {
  readonly name: string
  readonly detail: string
}

const TYPES = { text: 'string', secret: 'string', url: 'string', number: 'number', boolean: 'boolean' } as const

function errorOf(spec: SettingSpec, value: unknown): string | null {
  if (value === undefined || value === '') return spec.required && spec.default === undefined ? 'is required' : null
  if (typeof value !== TYPES[spec.kind]) return `must be a ${TYPES[spec.kind]}`
  if (spec.kind === 'url' && !isServiceUrl(String(value))) return 'must be an absolute http(s) URL without query'
  if (spec.kind === 'number' && !Number.isFinite(value)) return 'must be a finite number'
  if (spec.pattern !== undefined && !new RegExp(`^(?:${spec.pattern})$`, 'u').test(String(value)))
    return `does not have the form \`${spec.pattern}\``
  return null
}

function isServiceUrl(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
}

/** Faults in the settings of a connection, by name and form. Never with a value, which may be a secret. */
export function settingErrors(specs: Readonly<Record<string, SettingSpec>>, settings: Settings): SettingError[] {
  const errors: SettingError[] = []
  for (const [name, spec] of Object.entries(specs)) {
    const detail = errorOf(spec, settings[name])
    if (detail) errors.push({ name, detail })
  }
  for (const name of Object.keys(settings)) if (!specs[name]) errors.push({ name, detail: 'is not a setting here' })
  return errors
}

/** Settings of a connection by type, defaults filled in. */
export interface OpenSettings {
  text(name: string): string
  /** The setting, or an empty text where none is set. */
  optionalText(name: string): string
  /** The URL without slashes at its end. */
  url(name: string): string
  number(name: string): number
  flag(name: string): boolean
}

/** Checks settings and fills in defaults; throws an error that names each wrong setting and holds no value. */
export function openSettings(
  provider: { readonly name: string; readonly settings: Readonly<Record<string, SettingSpec>> },
  settings: Settings,
): OpenSettings {
  const errors = settingErrors(provider.settings, settings)
  if (errors.length > 0)
    throw new Error(`settings of ${provider.name}: ${errors.map(({ name, detail }) => `${name} ${detail}`).join('; ')}`)
  const value = (name: string) => settings[name] ?? provider.settings[name]?.default
  return {
    text: (name) => String(value(name)),
    optionalText: (name) => String(value(name) ?? ''),
    url: (name) => trimEnd(String(value(name)), (character) => character === '/'),
    number: (name) => Number(value(name)),
    flag: (name) => value(name) === true,
  }
}
