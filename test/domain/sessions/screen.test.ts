import { describe, expect, test } from 'vitest'
import { settingErrors } from '#worker/domain/carriers/settings.ts'
import { cleanScreen, fitScreen, fitsScreen } from '#worker/domain/sessions/screen.ts'
import { SESSION_SETTINGS, sessionRules, withoutSession } from '#worker/domain/sessions/settings.ts'

describe('a screen', () => {
  test('holds 182 septets or 80 characters of another alphabet: 160 octets', () => {
    expect(fitsScreen('x'.repeat(182))).toBe(true)
    expect(fitsScreen('x'.repeat(183))).toBe(false)
    expect(fitsScreen('€'.repeat(91))).toBe(true)
    expect(fitsScreen('€'.repeat(92))).toBe(false)
    expect(fitsScreen('ش'.repeat(80))).toBe(true)
    expect(fitsScreen('ش'.repeat(81))).toBe(false)
  })

  test.each([
    ['GSM', 'x'.repeat(500), `${'x'.repeat(179)}...`],
    ['GSM with escapes', '€'.repeat(500), `${'€'.repeat(89)}...`],
    ['Persian', 'ش'.repeat(500), `${'ش'.repeat(79)}…`],
    ['pictures', '😀'.repeat(100), `${'😀'.repeat(39)}…`],
  ])('that is too long is cut within its alphabet: %s', (_, text, expected) => {
    const { text: cut, isCut } = fitScreen(text, 182)
    expect([cut, isCut]).toEqual([expected, true])
    expect(fitsScreen(cut)).toBe(true)
    expect(cut.isWellFormed()).toBe(true)
  })

  test('that is cut before its only foreign letter stays in the GSM alphabet', () => {
    expect(fitScreen(`${'x'.repeat(300)}ش`, 182).text).toBe(`${'x'.repeat(179)}...`)
  })

  test('that fits is left alone', () => {
    expect(fitScreen('سلام', 182)).toEqual({ text: 'سلام', isCut: false })
  })

  test('is cleaned of control characters and half characters; line breaks and joiners stay', () => {
    expect(cleanScreen(' a\u0000\u001b\u0085b\r\nc\rd\u2028e\tf \ud800 نیم\u200cفاصله\u007f ')).toBe(
      'ab\nc\nd\ne f \ufffd نیم\u200cفاصله',
    )
  })
})

describe('the settings of sessions', () => {
  const errors = (settings: Record<string, string | number>) => settingErrors(SESSION_SETTINGS, settings)

  test.each([
    ['deadlineMs', 500, 60_000],
    ['screenLength', 20, 800],
    ['sessionSeconds', 10, 3_600],
    ['resumeSeconds', 0, 86_400],
  ])('%s is from %i to %i', (name, least, most) => {
    for (const good of [least, least + 1, most - 1, most]) expect(errors({ [name]: good })).toEqual([])
    for (const bad of [least - 1, most + 1, 1.5, -5]) expect(errors({ [name]: bad })).toHaveLength(1)
  })

  test('have defaults whose fallback fits one screen', () => {
    const rules = sessionRules({})
    expect(rules).toMatchObject({ deadlineMs: 4_000, screenLength: 182, sessionMs: 180_000, resumeMs: 0 })
    expect(fitsScreen(rules.fallback)).toBe(true)
  })

  test('are taken out for a driver that does not know them', () => {
    expect(withoutSession({ url: 'https://x.example', deadlineMs: 900 })).toEqual({ url: 'https://x.example' })
  })
})
