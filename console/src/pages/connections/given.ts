import type { Connection, Provider } from '../../api/operator.ts'
import { typedNumber } from '../../words/typed.ts'

type Value = string | number | boolean | null
type Settings = Record<string, Value>

/** What somebody typed into a connection's form. */
export interface Given {
  readonly name: string
  /** By setting; of secrets only what is typed now. */
  readonly values: Readonly<Record<string, string>>
  /** Secrets that are to be taken away. */
  readonly takenAway: readonly string[]
  readonly rate: string
  readonly concurrency: string
}

/** What a connection has, and which parts of it do not open. */
export interface Stored {
  readonly settings: Readonly<Record<string, Value>>
  readonly lost: { readonly settings: boolean; readonly secrets: boolean }
}

/** What a connection has, for its form. */
export const storedOf = ({ settings, unopened = [] }: Connection): Stored => ({
  settings,
  lost: { settings: unopened.includes('settings'), secrets: unopened.includes('secrets') },
})

/** The form of a new connection, or of one that is changed: secrets are empty, whatever it has. */
export function givenOf(provider: Provider, before?: Connection): Given {
  const shown = ({ name, kind, default: otherwise }: Provider['settings'][number]): string => {
    const has = before?.settings[name]
    if (kind === 'boolean') return String(has ?? otherwise ?? false)
    return kind === 'secret' || has === undefined || has === null ? '' : String(has)
  }
  return {
    name: before?.name ?? '',
    values: Object.fromEntries(provider.settings.map((setting) => [setting.name, shown(setting)])),
    takenAway: [],
    rate: before?.rate ? String(before.rate) : '',
    concurrency: before ? String(before.concurrency) : '2',
  }
}

/**
 * Settings to send: of a new connection what is given, of one that is changed what differs. A secret that nobody typed stays; a
 * number that is none goes as it was typed, and the API names it.
 */
export function settingsOf(provider: Provider, given: Given, before?: Stored): Settings {
  const found: Settings = {}
  for (const { name, kind, default: otherwise } of provider.settings) {
    const text = given.values[name] ?? ''
    const has = before?.settings[name]
    if (given.takenAway.includes(name)) found[name] = null
    else if (kind === 'boolean') {
      const isOn = text === 'true'
      if (isOn !== (has ?? otherwise ?? false) || before?.lost.settings) found[name] = isOn
    } else if (text === '') {
      if (kind !== 'secret' && has !== undefined && has !== null) found[name] = null
    } else if (kind === 'secret' || text !== String(has ?? '')) {
      const number = typedNumber(text)
      found[name] = kind === 'number' && !Number.isNaN(number) ? number : text
    }
  }
  return found
}
