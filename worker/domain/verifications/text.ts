import type { ChannelName } from '#worker/domain/channel-names.ts'

export const LOCALES = ['fa', 'en', 'ar'] as const
export type Locale = (typeof LOCALES)[number]

/** Last lines of a text by which browsers and telephones fill in the code by themselves. */
export interface FillIn {
  /** Domain of the page that asks for the code (https://wicg.github.io/sms-one-time-codes). */
  readonly domain?: string | undefined
  /** Eleven characters by which Android hands the text to one app (SMS Retriever API). */
  readonly appHash?: string | undefined
}

/** Wording of a code. `brand` null: the tenant has given no name. */
interface Wording {
  readonly text: (code: string, brand: string | null) => string
  readonly subject: (brand: string | null) => string
  /** Told in the place of a code to whom has an account already. */
  readonly notice: (brand: string | null) => string
  /** Language in which it is read out. */
  readonly spoken: string
}

const WORDINGS: Readonly<Record<Locale, Wording>> = {
  fa: {
    text: (code, brand) => `کد تأیید${brand ? ` ${brand}` : ''}: ${code}`,
    subject: (brand) => `کد تأیید${brand ? ` ${brand}` : ''}`,
    notice: (brand) =>
      `شما${brand ? ` در ${brand}` : ''} حساب دارید: به‌جای ثبت‌نام وارد شوید. اگر شما نبودید، کاری لازم نیست.`,
    spoken: 'fa-IR',
  },
  en: {
    text: (code, brand) => `Your ${brand ? `${brand} ` : ''}code: ${code}`,
    subject: (brand) => `Your ${brand ? `${brand} ` : ''}code`,
    notice: (brand) =>
      `You have ${brand ? `a ${brand}` : 'an'} account already: sign in instead. If this was not you, do nothing.`,
    spoken: 'en-US',
  },
  ar: {
    text: (code, brand) => `رمز التحقق${brand ? ` من ${brand}` : ''}: ${code}`,
    subject: (brand) => `رمز التحقق${brand ? ` من ${brand}` : ''}`,
    notice: (brand) =>
      `لديك حساب${brand ? ` في ${brand}` : ''} بالفعل: سجّل الدخول بدلاً من ذلك. إن لم تكن أنت فلا تفعل شيئًا.`,
    spoken: 'ar-SA',
  },
}

/** Name and domain of a tenant, as its codes show them. */
interface Worded extends FillIn {
  readonly locale: Locale
  readonly brand: string | null
}

/** Text of an SMS. The line for browsers is the last one, as they ask; Android finds its own wherever it stands. */
const textWithLines = (code: string, { locale, brand, domain, appHash }: Worded): string =>
  [
    WORDINGS[locale].text(code, brand),
    ...(appHash === undefined ? [] : [appHash]),
    ...(domain === undefined ? [] : [`@${domain} #${code}`]),
  ].join('\n')

/** Times that a call reads a code out. */
const SPOKEN_TIMES = 3

/** Contents that can carry a code on a channel, the one that is preferred first; none: the channel carries no codes. */
export function codeContents(channel: ChannelName, code: string, worded: Worded): readonly unknown[] {
  const { text, subject, spoken } = WORDINGS[worded.locale]
  const plain = text(code, worded.brand)
  switch (channel) {
    case 'sms':
      return [{ text: textWithLines(code, worded) }]
    case 'voice':
      return [{ digits: { code, language: spoken, repeat: SPOKEN_TIMES } }]
    case 'email':
      return [{ subject: subject(worded.brand), text: plain }]
    case 'chat':
      return [{ otp: { code } }, { text: plain }]
    default:
      return []
  }
}

/** Content of what is told in the place of a code to whom has an account already; none: the channel carries no such text. */
export const noticeContents = (channel: ChannelName, { locale, brand }: Worded): readonly unknown[] =>
  channel === 'sms' ? [{ text: WORDINGS[locale].notice(brand) }] : []
