import { hasFooter } from '#worker/domain/addresses/footer.ts'
import { keywordForm } from '#worker/domain/tenants/keywords.ts'
import { readMail } from '#worker/flows/inbound/mail/read.ts'
import { utf8, utf8Length } from '#worker/lib/bytes.ts'
import { fileNameIn } from '#worker/lib/http/content-disposition.ts'
import { toldRefusals } from '#worker/lib/mail/bounce-words.ts'
import { decodeText } from '#worker/lib/mail/charset.ts'
import { parseDeliveryStatus } from '#worker/lib/mail/delivery-status.ts'
import { decodeWords } from '#worker/lib/mail/encoded-words.ts'
import { parseFeedbackReport } from '#worker/lib/mail/feedback-report.ts'
import { headerFields } from '#worker/lib/mail/header-fields.ts'
import { htmlCharset } from '#worker/lib/mail/html-charset.ts'
import { textOfHtml } from '#worker/lib/mail/html-text.ts'
import { replyText } from '#worker/lib/mail/reply-text.ts'

/** Readers of what strangers write. */
export const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  replyText: (text) => replyText(text, text.slice(0, 200)),
  textOfHtml,
  toldRefusals: (text) => toldRefusals({ subject: text.slice(0, 200), text, failed: [], isSender: () => false }),
  parseDeliveryStatus,
  parseFeedbackReport,
  headerFields,
  decodeWords,
  htmlCharset: (text) => htmlCharset(utf8(text)),
  decodeText: (text) => decodeText(utf8(text), null),
  hasFooter: (text) => hasFooter(text, 'لغو11'),
  keywordForm,
  fileNameIn,
  'a mail of it': (text) => readMail(utf8(`From: a@b.example\r\n\r\n${text}`)),
  'a mail of it as HTML': (text) => readMail(utf8(`From: a@b.example\r\nContent-Type: text/html\r\n\r\n${text}`)),
  'a mail with it in its header': (text) =>
    readMail(utf8(`From: ${text}\r\nSubject: ${text}\r\nReferences: ${text}\r\nContent-Type: ${text}\r\n\r\nx`)),
}

/** What the counter itself is tried on, by how its work grows. */
export const TRIALS = {
  quadratic: {
    'a search from each place': (text) => [...text].filter((_, at) => text.indexOf('\u0001', at) >= 0),
    'a pattern from each place': (text) => [...text].filter((_, at) => /[^a]b/.test(text.slice(at))),
    'the whole text for each letter': (text) => [...text].map(() => text.toLowerCase()),
  },
  linear: {
    replace: (text) => text.replace(/a/g, 'b'),
    split: (text) => text.split(/a/),
    matchAll: (text) => [...text.matchAll(/aa/g)].length,
  },
  calls: { 'a call for each letter': (text) => [...text].map(utf8Length) },
} as const satisfies Readonly<Record<string, Readonly<Record<string, (text: string) => unknown>>>>
