import { expect, test } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { callbackSteps } from '../../../console/src/pages/connections/callback-words.ts'
import { givenOf, settingsOf } from '../../../console/src/pages/connections/given.ts'
import { providerNames } from '../../../console/src/words/providers.ts'
import { SETTINGS, settingInPersian } from '../../../console/src/words/said/settings.ts'

const drivers = Object.entries(channels).flatMap(([channel, { providers }]) =>
  Object.values(providers).map((driver) => ({ channel, driver, name: driver.name })),
)

test.each(drivers)(
  '$channel by $name has a name, Persian words for its settings, and says what its callback URL is for',
  ({ channel, driver }) => {
    expect(Object.keys(providerNames)).toContain(driver.name)
    const settings = Object.keys(driver.settings)
    expect(settings.filter((name) => !settingInPersian(driver.name, name))).toEqual([])
    expect(callbackSteps(channel, driver.name)).not.toBe(callbackSteps('', ''))
  },
)

test('no Persian word of a setting has a Latin letter', () => {
  const all = Object.values(SETTINGS).flatMap(({ title, help }) => [title, help])
  expect(all.filter((text) => /[A-Za-z]/.test(text.replaceAll(/`[^`]*`/g, '')))).toEqual([])
})

type Driver = Parameters<typeof givenOf>[0]
type Stored = NonNullable<Parameters<typeof givenOf>[1]>

const setting = (name: string, kind: string, more: object = {}) => ({
  name,
  kind,
  title: name,
  help: '',
  required: false,
  default: null,
  pattern: null,
  ...more,
})
const driver = {
  settings: [
    setting('key', 'secret'),
    setting('lines', 'text'),
    setting('wait', 'number'),
    setting('joint', 'boolean', { default: true }),
  ],
} as unknown as Driver
const before = {
  name: 'Main',
  settings: { key: '••••1234', lines: '10004346' },
  rate: null,
  concurrency: 2,
} as unknown as Stored
const stored = { settings: before.settings, lost: { settings: false, secrets: false } }

const typed = (values: Readonly<Record<string, string>>, takenAway: readonly string[] = []) => {
  const given = givenOf(driver, before)
  return settingsOf(driver, { ...given, values: { ...given.values, ...values }, takenAway }, stored)
}

test.each([
  ['nothing', {}, {}],
  ['a secret', { key: 'new' }, { key: 'new' }],
  ['a text that is emptied', { lines: '' }, { lines: null }],
  ['a number in Persian digits', { wait: '۱۲۰' }, { wait: 120 }],
  ['a number that is none', { wait: 'soon' }, { wait: 'soon' }],
  ['a zero', { wait: '۰' }, { wait: 0 }],
  ['a choice', { joint: 'false' }, { joint: false }],
  ['a choice that stays', { joint: 'true' }, {}],
])('of a connection that is changed, %s is sent as it should be', (_, values, sent) => {
  expect(typed(values)).toEqual(sent)
})

test('a masked secret is never sent back, and one that is taken away goes as null', () => {
  expect(givenOf(driver, before).values['key']).toBe('')
  expect(typed({}, ['key'])).toEqual({ key: null })
})
