/** Persian of what is said of sending, reading and canceling messages, and of batches. */
export const MESSAGES: Readonly<Record<string, string>> = {
  'Send messages, hear what became of them, and receive replies. Every error is a problem document (RFC 9457) with a stable `code`; times are RFC 3339 in UTC; fields that are not known are refused.':
    'پیام بفرستید، ببینید چه شد و پاسخ‌ها را بگیرید. هر خطا سندی (`RFC 9457`) با `code` ثابت است؛ زمان‌ها `RFC 3339` به وقت `UTC` است؛ فیلدی که شناخته نباشد پذیرفته نمی‌شود.',
  'A 202 means that the message is durable: it ends in exactly one final state, whatever fails on the way.':
    'پاسخ `202` یعنی پیام ماندگار شده است: هر چه در راه پیش بیاید، سرانجام درست به یک وضعیت پایانی می‌رسد.',
  Accepted: 'پذیرفته شد',
}
