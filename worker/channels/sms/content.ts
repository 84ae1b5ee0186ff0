import * as z from 'zod'
import type { StoredFile } from '#worker/domain/media.ts'
import { measureText } from './segments.ts'

/**
 * Most segments of one message: 1,530 GSM-7 characters stay under Twilio's 1,600, and a template gone wrong costs at most
 * ten parts a recipient. A carrier with a lower limit (Kavenegar: 900 characters) refuses the text itself.
 */
export const MAX_SEGMENTS = 10
/** Ten GSM-7 parts of 153. */
const MAX_LENGTH = 1530
/**
 * Longest text, in UTF-16 units, that fits whatever its characters: ten UCS-2 parts hold it even if each ends a unit early at
 * a surrogate pair. Shorter texts are not measured.
 */
const SURELY_FITS = 661

/** True if the text needs at most `MAX_SEGMENTS`. */
export const fitsSegments = (text: string): boolean =>
  text.length <= SURELY_FITS || (text.length <= MAX_LENGTH && measureText(text).units <= MAX_SEGMENTS)

/**
 * The content itself if it is seen to be what `smsContent` would make of it, a short text and nothing else; null: the schema
 * decides (docs/decisions/0030-past-the-schema.md).
 */
export function plainText(content: unknown): SmsContent | null {
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return null
  for (const name in content) if (name !== 'text') return null
  const { text } = content as { readonly text?: unknown }
  if (typeof text !== 'string' || text === '' || text.length > SURELY_FITS) return null
  return text.includes('\0') || !text.isWellFormed() ? null : (content as SmsContent)
}

/** Schema of an SMS's `content`. */
export const smsContent = z
  .strictObject({
    text: z
      .string()
      .min(1, 'must not be empty')
      .max(MAX_LENGTH, `must take at most ${MAX_SEGMENTS} segments`)
      .refine((text) => !text.includes('\0'), 'must not hold a NUL character')
      .refine((text) => text.isWellFormed(), 'must be valid Unicode: it holds half a surrogate pair')
      .refine(fitsSegments, `must take at most ${MAX_SEGMENTS} segments`)
      .meta({
        description:
          'What the person reads. Sent as GSM-7 if every character is in it (160 a single message, 153 a part), ' +
          `else as UCS-2 (70, 67); at most ${MAX_SEGMENTS} parts.`,
        examples: ['سفارش شما ارسال شد.'],
      }),
  })
  .meta({ id: 'SmsContent' })

/** Content of a text; what is optional only received ones have. */
export type SmsContent = Readonly<z.infer<typeof smsContent>> & {
  /** Pictures and the like that came with it (MMS), kept in `/v1/media`, and how many could not be had. */
  readonly files?: readonly StoredFile[]
  readonly missing?: number
  /** The carrier's name of what came without any words, and what it says of it. */
  readonly unsupported?: string
  readonly details?: Readonly<Record<string, string>>
}
