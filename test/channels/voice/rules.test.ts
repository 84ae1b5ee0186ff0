import { describe, expect, test } from 'vitest'
import { dtmfOf, type VoiceContent } from '#worker/channels/voice/content.ts'
import { voice } from '#worker/channels/voice/index.ts'
import { voiceRules } from '#worker/channels/voice/rules.ts'
import type { FailureCode } from '#worker/domain/carriers/provider.ts'
import { Problem } from '#worker/domain/problem.ts'

const pointersOf = (content: unknown): readonly string[] => {
  try {
    voiceRules.parse(content)
  } catch (error) {
    if (error instanceof Problem) return (error.options.errors ?? []).map(({ pointer }) => pointer)
    throw error
  }
  return []
}
const say = { text: 'سلام' }

describe('the content of a call', () => {
  test('gets its defaults', () => {
    expect(voiceRules.parse({ say })).toEqual({ say: { text: 'سلام', language: 'fa-IR', repeat: 1 } })
    expect(voiceRules.parse({ digits: { code: '0123' }, gather: { digits: 4 }, retry: { times: 2 } })).toEqual({
      digits: { code: '0123', language: 'fa-IR', repeat: 1 },
      gather: { digits: 4, finishOnKey: '#', timeoutSeconds: 5 },
      retry: { times: 2, delaySeconds: 300 },
    })
    expect(voiceRules.parse({ play: { url: 'https://cdn.digikala.com/a.mp3' } })).toMatchObject({ play: { repeat: 1 } })
  })

  test.each<[string, unknown, string]>([
    ['nothing', {}, ''],
    ['two of say, play and digits', { say, digits: { code: '1' } }, ''],
    ['no object', 'سلام', ''],
    ['an empty text', { say: { text: '' } }, '/say/text'],
    ['a text of spaces', { say: { text: '  \n ' } }, '/say/text'],
    ['901 characters', { say: { text: 'x'.repeat(901) } }, '/say/text'],
    ['a NUL', { say: { text: 'a\0b' } }, '/say/text'],
    ['an escape', { say: { text: 'a\u001bb' } }, '/say/text'],
    ['half a surrogate pair', { say: { text: 'a\ud800' } }, '/say/text'],
    ['a language that is none', { say: { text: 'a', language: '"><Dial>' } }, '/say/language'],
    ['six repeats', { say: { text: 'a', repeat: 6 } }, '/say/repeat'],
    ['a code with letters', { digits: { code: '12a4' } }, '/digits/code'],
    ['a code in Persian digits', { digits: { code: '۱۲۳۴' } }, '/digits/code'],
    ['a code of 21 digits', { digits: { code: '1'.repeat(21) } }, '/digits/code'],
    ['no URL and no media', { play: {} }, '/play'],
    ['both URL and media', { play: { url: 'https://cdn.digikala.com/a.mp3', media: 'med_1' } }, '/play'],
    ['plain HTTP', { play: { url: 'http://cdn.digikala.com/a.mp3' } }, '/play/url'],
    ['a loopback address', { play: { url: 'https://127.0.0.1/a.mp3' } }, '/play/url'],
    ['a private address in hex', { play: { url: 'https://0x0a000001/a.mp3' } }, '/play/url'],
    ['a name inside a network', { play: { url: 'https://intranet/a.mp3' } }, '/play/url'],
    ['credentials in the URL', { play: { url: 'https://a:b@cdn.digikala.com/a.mp3' } }, '/play/url'],
    ['a script', { play: { url: 'javascript:alert(1)' } }, '/play/url'],
    ['21 keys', { say, gather: { digits: 21 } }, '/gather/digits'],
    ['no keys', { say, gather: { digits: 0 } }, '/gather/digits'],
    ['a key that no telephone has', { say, gather: { digits: 1, finishOnKey: 'A' } }, '/gather/finishOnKey'],
    ['two keys that finish', { say, gather: { digits: 1, finishOnKey: '##' } }, '/gather/finishOnKey'],
    ['a wait of 61 s', { say, gather: { digits: 1, timeoutSeconds: 61 } }, '/gather/timeoutSeconds'],
    ['six retries', { say, retry: { times: 6 } }, '/retry/times'],
    ['a delay of 29 s', { say, retry: { times: 1, delaySeconds: 29 } }, '/retry/delaySeconds'],
    ['a delay of an hour and a second', { say, retry: { times: 1, delaySeconds: 3_601 } }, '/retry/delaySeconds'],
    ['a field that there is not', { say, dial: '+989121234567' }, '/dial'],
  ])('is refused with %s, at the place of the fault', (_, content, pointer) => {
    expect(pointersOf(content)).toContain(pointer)
  })

  test('takes 900 characters of any script, and markup as plain words', () => {
    expect(pointersOf({ say: { text: 'ش'.repeat(900) } })).toEqual([])
    expect(pointersOf({ say: { text: '</Say><Dial>+989121234567</Dial>' } })).toEqual([])
  })
})

describe('the language of a call that names none', () => {
  const languageIn = (content: unknown) => {
    const { say, digits } = voiceRules.parse(content) as { say?: { language: string }; digits?: { language: string } }
    return (say ?? digits)?.language
  }
  test.each([
    ['a Persian text', { say: { text: 'سفارش شما' } }, 'fa-IR'],
    ['an Arabic text', { say: { text: 'طلبك في الطريق' } }, 'fa-IR'],
    ['a Persian word among others', { say: { text: 'Your code: کد' } }, 'fa-IR'],
    ['an English text', { say: { text: 'Your order is on its way.' } }, 'en-US'],
    ['figures', { say: { text: '12 34' } }, 'en-US'],
    ['a code', { digits: { code: '1234' } }, 'fa-IR'],
    ['a text that names it', { say: { text: 'Hello', language: 'de-DE' } }, 'de-DE'],
    ['a code that names it', { digits: { code: '1234', language: 'en-GB' } }, 'en-GB'],
  ])('%s', (_, content, language) => {
    expect(languageIn(content)).toBe(language)
  })
})

describe('what a call asks for', () => {
  const needs = (content: unknown) => voiceRules.needs(voiceRules.parse(content), '+989121234567')
  test('names the features', () => {
    expect(needs({ say })).toEqual(['outbound', 'say', 'speaks:fa-IR'])
    expect(needs({ digits: { code: '12' } })).toEqual(['outbound', 'digits', 'speaks:fa-IR'])
    expect(needs({ play: { media: 'med_1' }, gather: { digits: 1, prompt: 'کلید ۱' } })).toEqual([
      'outbound',
      'play',
      'gather',
      'say',
      'speaks:fa-IR',
    ])
    expect(needs({ say, retry: { times: 1 } })).toEqual(['outbound', 'say', 'speaks:fa-IR', 'receipts'])
    expect(needs({ say, retry: { times: 0 } })).toEqual(['outbound', 'say', 'speaks:fa-IR'])
    expect(needs({ play: { media: 'med_1' } })).toEqual(['outbound', 'play'])
  })

  test('is measured in started minutes', () => {
    const measure = (content: unknown) => voiceRules.measure(voiceRules.parse(content))
    expect(measure({ say })).toEqual({ units: 1, encoding: 'voice', parts: [3] })
    expect(measure({ say: { text: 'x'.repeat(900) } }).units).toBe(2)
    expect(measure({ say: { text: 'x'.repeat(900), repeat: 5 } }).units).toBe(6)
    expect(measure({ digits: { code: '123456', repeat: 3 } }).units).toBe(1)
    expect(voiceRules.measure({ digits: '12' }).units).toBe(1)
    expect(voiceRules.measure({ recording: { seconds: 61 } }).units).toBe(2)
  })

  test('names the file that it plays', () => {
    expect(voiceRules.filesOf?.(voiceRules.parse({ play: { media: 'med_1' } }))).toEqual([
      { id: 'med_1', pointer: '/play/media', type: 'audio/' },
    ])
    expect(voiceRules.filesOf?.(voiceRules.parse({ say }))).toEqual([])
  })
})

describe('numbers', () => {
  test('a caller is a phone number or a line, never a name', () => {
    expect(voiceRules.sender('+982191001234')).toEqual({ kind: 'e164', value: '+982191001234' })
    expect(voiceRules.sender('۰۲۱۹۱۰۰۱۲۳۴')).toEqual({ kind: 'line', value: '02191001234' })
    expect(() => voiceRules.sender('Chapar')).toThrow(Problem)
  })
  test('a person called has a phone number', () => {
    expect(voiceRules.address('09121234567', 'IR').value).toBe('+989121234567')
    expect(() => voiceRules.address('10004346', 'IR')).toThrow(Problem)
  })
})

describe('calling again', () => {
  const content = voiceRules.parse({ say, retry: { times: 2, delaySeconds: 60 } })
  const again = (code: FailureCode, attempt: number, of: VoiceContent = content) =>
    voiceRules.again?.(of, { code, detail: '' }, attempt)
  test('happens when the line is busy or nobody answers, as often as asked', () => {
    expect(again('recipient-busy', 1)).toBe(60)
    expect(again('no-answer', 2)).toBe(60)
    expect(again('no-answer', 3)).toBeNull()
    expect(again('recipient-invalid', 1)).toBeNull()
    expect(again('recipient-busy', 1, voiceRules.parse({ say }))).toBeNull()
  })
})

describe('what comes in', () => {
  test('keys have no words, a script its text', () => {
    expect(voice.words({ digits: '11' })).toBeNull()
    expect(voice.words({ recording: {} })).toBeNull()
    expect(voice.words(voiceRules.parse({ say }))).toBe('سلام')
  })
  test('a recording gets its file, or the word that it is missing', () => {
    const file = { id: 'med_1', type: 'audio/mpeg', name: null, bytes: 12 } as const
    expect(voiceRules.withFiles?.({ recording: { seconds: 4 } }, [file], 0)).toEqual({
      recording: { seconds: 4, media: 'med_1', type: 'audio/mpeg', bytes: 12 },
    })
    expect(voiceRules.withFiles?.({ recording: { seconds: 4 } }, [], 1)).toEqual({
      recording: { seconds: 4, missing: true },
    })
    expect(voiceRules.withFiles?.({ digits: '1' }, [file], 0)).toEqual({ digits: '1' })
  })
  test.each(['', 'A', '12 3', '۱۲', '1'.repeat(65), '<Digits>', '1\n'])('%o is no key', (text) => {
    expect(dtmfOf(text)).toBeNull()
  })
  test('digits, star and hash are keys', () => {
    expect(dtmfOf('0123456789*#')).toBe('0123456789*#')
  })
})
