import { describe, expect, it } from 'vitest'
import type { SettingSpec } from '#worker/domain/carriers/provider.ts'
import { openSettings, settingErrors } from '#worker/domain/carriers/settings.ts'

const spec = (kind: SettingSpec['kind'], more: Partial<SettingSpec> = {}): SettingSpec => ({
  title: 't',
  help: 'h',
  kind,
  required: false,
  ...more,
})
const provider = {
  name: 'demo',
  settings: {
    key: spec('secret', { required: true, pattern: '[a-z]{4}' }),
    url: spec('url', { default: 'https://a.example/' }),
    count: spec('number', { default: 3 }),
    isOn: spec('boolean', { default: true }),
    note: spec('text'),
  },
}

describe('settings of a connection', () => {
  it('are complete with their defaults', () => {
    const settings = openSettings(provider, { key: 'abcd' })
    expect([settings.text('key'), settings.url('url'), settings.number('count'), settings.flag('isOn')]).toEqual([
      'abcd',
      'https://a.example',
      3,
      true,
    ])
    expect(settings.optionalText('note')).toBe('')
  })

  it('keep what is set, false and 0 too', () => {
    const settings = openSettings(provider, { key: 'abcd', isOn: false, count: 0 })
    expect([settings.flag('isOn'), settings.number('count')]).toEqual([false, 0])
  })

  it.each([
    [{}, 'key', 'is required'],
    [{ key: '' }, 'key', 'is required'],
    [{ key: 'abcde' }, 'key', 'does not have the form `[a-z]{4}`'],
    [{ key: 'abcd', url: 'ftp://a.example' }, 'url', 'must be an absolute http(s) URL without query'],
    [{ key: 'abcd', url: 'https://u:p@a.example' }, 'url', 'must be an absolute http(s) URL without query'],
    [{ key: 'abcd', count: '3' }, 'count', 'must be a number'],
    [{ key: 'abcd', isOn: 1 }, 'isOn', 'must be a boolean'],
    [{ key: 'abcd', other: 1 }, 'other', 'is not a setting here'],
  ])('%j: %s %s', (settings, name, detail) => {
    expect(settingErrors(provider.settings, settings as never)).toEqual([{ name, detail }])
  })

  it('are named when they are wrong, never quoted', () => {
    expect(() => openSettings(provider, { key: 'a-secret-of-wrong-form' })).toThrow(
      'settings of demo: key does not have',
    )
    expect(() => openSettings(provider, { key: 'a-secret-of-wrong-form' })).not.toThrow(/a-secret/)
  })
})
