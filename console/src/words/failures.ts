import { Failure, type FailureCode } from '../api/problem.ts'
import { took } from './format.ts'
import { language, words } from './language.ts'

type Sentences = Readonly<Record<FailureCode, string>>

/** What a person reads of each code of the API, and can do about it. A code that is missing fails the type check. */
const SENTENCES = words(
  {
    'malformed-json': 'The page sent something that the server could not read. Reload the page.',
    'invalid-request': 'The server did not take the question. Look at what is marked.',
    'invalid-fields': 'Some fields are not right. Look at what is marked.',
    unauthenticated: 'The server did not accept this tab. Reload the page.',
    'token-missing': 'This tab is not signed in. Reload the page.',
    'token-expired': 'This tab waited too long. Try again.',
    'token-revoked': 'You do not act for this account any more, or not yet. Try again.',
    'signed-out': 'Your sign-in has ended. Sign in again.',
    forbidden: 'Your role does not permit that.',
    'step-up-required': 'Confirm once more that it is you, then try again.',
    'passkey-refused': 'The passkey was not accepted. Try another one, or a code.',
    'last-owner': 'One owner has to stay: make somebody else an owner first.',
    'approval-required': 'Two people do that: it is done once a colleague has approved it.',
    'tenant-pending': 'This account is not approved yet. Test mode is open meanwhile.',
    'tenant-suspended': 'This account is suspended. Ask the operator.',
    'licence-missing': 'The operator has no licence number yet: bulk is not sent in live until then.',
    'identity-required': 'That needs a higher identity level of the account.',
    'not-found': 'There is no such thing here. It was deleted, or belongs to somebody else.',
    'method-not-allowed': 'That cannot be done here.',
    gone: 'This record is past its retention and was deleted, as the law asks.',
    'not-supported': 'No connection of the route can do that.',
    conflict: 'The state does not allow that just now.',
    'not-cancelable': 'The message can no longer be canceled: it is with the carrier, or has ended.',
    'verification-over': 'No code of this verification can be checked any more. Start a new one.',
    'too-many-codes': 'Too many codes to this number. Wait a while.',
    'too-many-checks': 'Too many wrong codes. Wait a while.',
    'guard-refused': 'The guard lets no code go to this number.',
    'guard-limited': 'The guard lets no code go out for now.',
    'too-many-tries': 'Too many tries today. Come back tomorrow.',
    'idempotency-in-flight': 'The same request is still running. Wait a moment.',
    'idempotency-mismatch': 'This was sent before with other content. Reload the page before you send again.',
    'idempotency-answer-lost': 'It was done before, but its answer is lost. Look for it before you send again.',
    'body-too-slow': 'The upload took too long. Try again, or send less at once.',
    'body-too-large': 'That is too large to be sent at once.',
    'range-not-satisfiable': 'The file has no such part.',
    'unsupported-media-type': 'Files of this kind are not taken.',
    'sender-not-assigned': 'This sender is not assigned to the account.',
    'no-route': 'No route carries this message. The operator has to set one up.',
    'purpose-not-allowed': 'This purpose is not allowed on this line.',
    'burst-exceeded': 'That is more at once than the account may send.',
    'quota-full': 'The account has as many of these as it may have.',
    'quota-exceeded': 'The limit of the account is reached.',
    'too-many-calls': 'Too many calls at once. It goes on in a moment.',
    'queue-unavailable': 'The messages could not be queued just now. Try again.',
    unavailable: 'A part of the service is not available just now. Try again in a moment.',
    internal: 'Something went wrong on our side. Try again; if it stays, tell us the request number.',
    unreachable: 'The server cannot be reached. Is the network there? Nothing that you typed is lost.',
    unreadable: 'The server’s answer could not be read. Try again.',
  } satisfies Sentences,
  {
    'malformed-json': 'سرور آنچه را صفحه فرستاد نخواند. صفحه را دوباره بار کنید.',
    'invalid-request': 'سرور این درخواست را نپذیرفت. بخش‌های نشان‌دار را ببینید.',
    'invalid-fields': 'بعضی از بخش‌ها درست نیست. بخش‌های نشان‌دار را ببینید.',
    unauthenticated: 'سرور این زبانه را نپذیرفت. صفحه را دوباره بار کنید.',
    'token-missing': 'این زبانه وارد نشده است. صفحه را دوباره بار کنید.',
    'token-expired': 'مهلت این زبانه گذشته است. دوباره تلاش کنید.',
    'token-revoked': 'شما هنوز، یا دیگر، برای این حساب کار نمی‌کنید. دوباره تلاش کنید.',
    'signed-out': 'ورود شما پایان یافته است. دوباره وارد شوید.',
    forbidden: 'نقش شما این اجازه را ندارد.',
    'step-up-required': 'یک بار دیگر هویت خود را نشان دهید و دوباره تلاش کنید.',
    'passkey-refused': 'کلید عبور پذیرفته نشد. کلید دیگر یا کد را امتحان کنید.',
    'last-owner': 'باید یک مالک بماند: نخست فرد دیگری را مالک کنید.',
    'approval-required': 'این کار دونفره است: پس از تأیید همکارتان انجام می‌شود.',
    'tenant-pending': 'این حساب هنوز تأیید نشده است. حالت آزمایشی تا آن زمان در دسترس است.',
    'tenant-suspended': 'این حساب معلق است. از گرداننده بپرسید.',
    'licence-missing': 'گرداننده هنوز شمارهٔ پروانه ندارد: تا آن هنگام ارسال انبوه در حالت واقعی انجام نمی‌شود.',
    'identity-required': 'این کار سطح هویت بالاتری می‌خواهد.',
    'not-found': 'چنین چیزی اینجا نیست: حذف شده یا از آنِ حساب دیگری است.',
    'method-not-allowed': 'این کار اینجا شدنی نیست.',
    gone: 'زمان نگهداری این سابقه گذشته و به حکم قانون پاک شده است.',
    'not-supported': 'هیچ اتصالی از این مسیر این کار را نمی‌کند.',
    conflict: 'وضعیت کنونی اجازهٔ این کار را نمی‌دهد.',
    'not-cancelable': 'این پیام دیگر لغوشدنی نیست: نزد اپراتور است یا پایان یافته.',
    'verification-over': 'هیچ کدی از این تأیید دیگر پذیرفته نمی‌شود. تأیید تازه‌ای آغاز کنید.',
    'too-many-codes': 'کدهای زیادی به این شماره رفته است. کمی صبر کنید.',
    'too-many-checks': 'کدهای نادرست زیاد بود. کمی صبر کنید.',
    'guard-refused': 'نگهبان به این شماره کدی نمی‌فرستد.',
    'guard-limited': 'نگهبان فعلاً کدی نمی‌فرستد.',
    'too-many-tries': 'تلاش‌های امروز زیاد بود. فردا دوباره بیایید.',
    'idempotency-in-flight': 'همین درخواست هنوز در حال انجام است. کمی صبر کنید.',
    'idempotency-mismatch': 'این پیش‌تر با محتوای دیگری فرستاده شده است. پیش از ارسال دوباره صفحه را بار کنید.',
    'idempotency-answer-lost':
      'این کار پیش‌تر انجام شده اما پاسخ آن از دست رفته است. پیش از ارسال دوباره آن را پیدا کنید.',
    'body-too-slow': 'بارگذاری زیاد طول کشید. دوباره تلاش کنید یا کمتر بفرستید.',
    'body-too-large': 'این بیش از آن است که یکجا فرستاده شود.',
    'range-not-satisfiable': 'فایل چنین بخشی ندارد.',
    'unsupported-media-type': 'فایلی از این نوع پذیرفته نمی‌شود.',
    'sender-not-assigned': 'این فرستنده از آنِ این حساب نیست.',
    'no-route': 'مسیری برای این پیام نیست. گرداننده باید آن را بسازد.',
    'purpose-not-allowed': 'این کاربرد روی این خط مجاز نیست.',
    'burst-exceeded': 'این بیش از آن است که حساب یکجا می‌تواند بفرستد.',
    'quota-full': 'حساب به بیشترین تعداد مجاز رسیده است.',
    'quota-exceeded': 'سقف حساب پر شده است.',
    'too-many-calls': 'درخواست‌ها زیاد است. لحظه‌ای دیگر ادامه می‌یابد.',
    'queue-unavailable': 'پیام‌ها اکنون به صف نرفت. دوباره تلاش کنید.',
    unavailable: 'بخشی از سامانه اکنون در دسترس نیست. لحظه‌ای دیگر تلاش کنید.',
    internal: 'خطایی از سوی ما رخ داد. دوباره تلاش کنید؛ اگر باز رخ داد، شمارهٔ درخواست را به ما بگویید.',
    unreachable: 'به سرور دسترسی نیست. آیا شبکه وصل است؟ آنچه نوشته‌اید از دست نمی‌رود.',
    unreadable: 'پاسخ سرور خوانده نشد. دوباره تلاش کنید.',
  } satisfies Sentences,
)

const again = words(
  { in: (time: string) => `Try again in ${time}.` },
  { in: (time: string) => `${time} دیگر دوباره تلاش کنید.` },
)

/** Says in the page's language what went wrong; null of what was no failure but a person's own choice to stop. */
export function failureText(error: unknown): string {
  if (!(error instanceof Failure)) return SENTENCES.internal
  const wait = error.retryAfter && error.retryAfter > 2000 ? ` ${again.in(took(error.retryAfter))}` : ''
  return SENTENCES[error.code] + wait
}

/** What a person reads of a code of the API that stands in an answer, as of an item that was refused. */
export const codeText = (code: string): string => SENTENCES[code as FailureCode] ?? SENTENCES['invalid-fields']

type Translator = (sentence: string) => string | null
let persian: Translator | null = language === 'fa' ? null : (sentence) => sentence

/** True once sentences of the API can be said in the page's language. */
export const isSayable = (): boolean => persian !== null

/** Loads the Persian of what the API says in English, which only a page that shows some of it needs. */
export async function untilSayable(): Promise<void> {
  if (persian === null) persian = (await import('./said/index.ts')).persianOf
}

/**
 * Says a sentence of the API in the page's language; null where it has none. What is code stands between U+2066 and U+2069,
 * which `Isolated` draws.
 */
export const saidOf = (sentence: string): string | null => persian?.(sentence) ?? null

/**
 * Finds what the API says of a field, in the page's language where it has the sentence: `pointer` as the API names it,
 * `/content/text`.
 */
export function fieldText(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof Failure)) return undefined
  const found = error.fields.find((field) => field.pointer === pointer || field.pointer.startsWith(`${pointer}/`))
  return found && (saidOf(found.detail) ?? `\u2066${found.detail}\u2069`)
}
