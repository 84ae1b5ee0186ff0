import { expect, test } from 'vitest'
import { changedSettings, DEFAULT_SETTINGS, settingsOf } from '#worker/domain/tenants/settings.ts'

test('a setting that is younger than the row has its default, and one that was set stays', () => {
  expect(settingsOf({})).toEqual(DEFAULT_SETTINGS)
  const { onUnknown: _, ...older } = { ...DEFAULT_SETTINGS, timeZone: 'Asia/Tehran', region: 'IR' as const }
  expect(settingsOf(older)).toEqual({ ...older, onUnknown: 'keep' })
})

test('a change keeps what it does not name, in the limits too, and can take a value away', () => {
  const before = { ...DEFAULT_SETTINGS, region: 'IR' as const, limits: { ...DEFAULT_SETTINGS.limits, daily: 5 } }
  const after = changedSettings(before, { pack: undefined, region: null, limits: { rate: 7, burst: undefined } })
  expect(after).toEqual({ ...before, region: null, limits: { ...before.limits, rate: 7 } })
})

test('a list of keywords that a change does not name stays, one that it names is replaced', () => {
  const before = { ...DEFAULT_SETTINGS, keywords: { stop: ['arrêt'], start: ['oui'] } }
  const { keywords } = changedSettings(before, { keywords: { stop: ['parar'], start: undefined } })
  expect(keywords).toEqual({ stop: ['parar'], start: ['oui'] })
})
