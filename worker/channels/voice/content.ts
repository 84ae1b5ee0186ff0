import * as z from 'zod'
import { urlRefusal } from '#worker/lib/http/guarded-fetch.ts'
import { exactlyOne } from '#worker/lib/json-alternatives.ts'
import type { pressed, recorded } from './received.ts'

/** Longest text in characters: Kavenegar's limit, about a minute of speech. */
const MAX_TEXT = 900
const MAX_REPEAT = 5
/** Most digits of a one-time code, and most keys that one call collects. */
const MAX_DIGITS = 20

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/

const spoken = (max: number) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((text) => text.trim() !== '', 'must hold something to be read out')
    .refine((text) => !CONTROL.test(text), 'must not hold control characters')
    .refine((text) => text.isWellFormed(), 'must be valid Unicode: it holds half a surrogate pair')

const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, 'must be a BCP 47 tag such as fa-IR')
  .optional()
  .meta({
    description:
      'BCP 47; a connection that reads this language carries the call. Absent: `fa-IR` for a code and for a text in Arabic letters, `en-US` for any other text.',
  })
const repeat = z
  .int()
  .min(1)
  .max(MAX_REPEAT)
  .default(1)
  .meta({ description: `How often it is heard in one call, 1 to ${MAX_REPEAT}.` })

const say = z
  .strictObject({ text: spoken(MAX_TEXT).meta({ description: 'What is read out.' }), language, repeat })
  .meta({ description: 'Reads a text out.' })

/** Gives why a URL is not of the public network, as far as its text can tell; null: it may be. */
const isPublic = (url: string): string | null => urlRefusal(url, { ownHosts: [], localPort: null })

const play = z
  .strictObject({
    url: z
      .string()
      .max(2_048)
      .superRefine((url, context) => {
        const reason = isPublic(url)
        if (reason !== null) context.addIssue({ code: 'custom', message: reason })
      })
      .optional()
      .meta({ description: 'Public https URL of the audio; the provider fetches it.' }),
    media: z.string().max(80).optional().meta({ description: 'Or an uploaded audio file: its media id.' }),
    repeat,
  })
  .refine(({ url, media }) => (url === undefined) !== (media === undefined), 'must have either `url` or `media`')
  .meta({ description: 'Plays an audio file: MP3 or WAV is understood everywhere.', ...exactlyOne('url', 'media') })

const digits = z
  .strictObject({
    code: z
      .string()
      .regex(/^[0-9]+$/, 'must be digits 0 to 9')
      .max(MAX_DIGITS)
      .meta({ description: `A one-time code, at most ${MAX_DIGITS} digits.` }),
    language,
    repeat,
  })
  .meta({ description: 'Reads a one-time code out, digit by digit.' })

const gather = z
  .strictObject({
    digits: z.int().min(1).max(MAX_DIGITS).meta({ description: 'Most keys that are collected.' }),
    finishOnKey: z
      .string()
      .regex(/^[0-9*#]$/, 'must be one of 0 to 9, * and #')
      .default('#')
      .meta({ description: 'The key that ends the input; it is not part of it.' }),
    timeoutSeconds: z.int().min(1).max(60).default(5).meta({ description: 'Seconds of waiting for the next key.' }),
    prompt: spoken(500).optional().meta({ description: 'Read out before the keys are awaited.' }),
  })
  .meta({ description: 'Collects keys; what was pressed comes as `message.received` in reply to this message.' })

const retry = z
  .strictObject({
    times: z.int().min(0).max(5).meta({ description: 'Further calls if the line is busy or nobody answers.' }),
    delaySeconds: z.int().min(30).max(3_600).default(300).meta({ description: 'Seconds between two calls.' }),
  })
  .meta({ description: 'Calls again when the line is busy or nobody answers, within the message’s validity.' })

/** Schema of a call's `content`. */
export const voiceContent = z
  .strictObject({
    say: say.optional(),
    play: play.optional(),
    digits: digits.optional(),
    gather: gather.optional(),
    retry: retry.optional(),
  })
  .refine(
    (content) => [content.say, content.play, content.digits].filter((part) => part !== undefined).length === 1,
    'must have exactly one of `say`, `play` and `digits`',
  )
  .meta({
    id: 'VoiceContent',
    ...exactlyOne('say', 'play', 'digits'),
    description: 'What a call says: exactly one of `say`, `play` and `digits`.',
    examples: [{ say: { text: 'سفارش شما ارسال شد.', language: 'fa-IR', repeat: 2 } }],
  })

/** Content of a call of ours. */
export type VoiceScript = Readonly<z.infer<typeof voiceContent>>

/** Gives the language of a text whose sender names none: no Persian is written without Arabic letters. */
const guessed = (text: string): string => (/\p{Script=Arabic}/u.test(text) ? 'fa-IR' : 'en-US')

/** Gives the language that a call is read out in; null: nothing is read out. */
export function languageOf({ say, digits, gather }: VoiceScript): string | null {
  if (say) return say.language ?? guessed(say.text)
  if (digits) return digits.language ?? 'fa-IR'
  return gather?.prompt === undefined ? null : guessed(gather.prompt)
}

/** Names the language in what is said, so that it stays what it was when the call was accepted. */
export function inLanguage(script: VoiceScript): VoiceScript {
  const language = languageOf(script)
  const { say, digits, ...others } = script
  if (language === null) return script
  return {
    ...(say ? { say: { ...say, language } } : {}),
    ...(digits ? { digits: { ...digits, language } } : {}),
    ...others,
  }
}

type PressedDigits = Readonly<z.infer<typeof pressed>>
/** A voice message that a caller left. `media` is absent until the file is kept, or if it could not be fetched. */
type Recording = Readonly<z.infer<typeof recorded>>

export type VoiceContent = VoiceScript | PressedDigits | Recording

export const isPressed = (content: VoiceContent): content is PressedDigits =>
  'digits' in content && typeof content.digits === 'string'
export const isRecording = (content: VoiceContent): content is Recording => 'recording' in content

/** Gives the script of a call of ours; null for what people send us. */
export const scriptOf = (content: VoiceContent): VoiceScript | null =>
  isPressed(content) || isRecording(content) ? null : content

/** Gives the keys that were pressed; null if the carrier's word holds anything but the keys of a telephone. */
export const dtmfOf = (text: string | null): string | null =>
  text !== null && /^[0-9*#]{1,64}$/.test(text) ? text : null
