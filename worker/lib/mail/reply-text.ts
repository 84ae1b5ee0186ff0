import { isTagline, mayBeTagline } from './tagline.ts'

/** Characters of a mail that are searched: people answer at the top, or above a quote that is not longer than this. */
const LONGEST = 16_000
/** Characters of the longest line that may announce a quote. */
const LONGEST_LINE = 400

/**
 * Lines that announce a quote by what they say, whatever stands below, without marks of direction. What a line begins with and
 * what it ends in are patterns of their own: one that skips what is between would try every length of it.
 */
const QUOTE_STARTS: readonly (readonly [start: RegExp, end?: RegExp])[] = [
  // "On 3 May 2026, Sara wrote:", "Am … schrieb …:", "Le … a écrit :"
  [/^(on|am|le|el|il)\b/i, /(wrote|schrieb.{0,150}|a écrit|escribió|ha scritto)\s*:$/i],
  // «در تاریخ … نوشت:»
  [/^(در|به تاریخ|بتاریخ)\s/, /(نوشت|نوشته است|نوشته‌است|نوشتند)\s*:?$/],
  // "Sara <sara@example.com> wrote:", «سارا نوشت:»
  [/(\bwrote|نوشت)\s*:$/i],
  // Outlook and the programs that copy it.
  [/^-{2,}\s*(original message|forwarded message|پیام اصلی|پیام ارسال شده)\s*-{2,}$/i],
  [/^(from|از|فرستنده|von|de)\s*:[^@]*@/i],
  // The line that telephones add, and a signature (RFC 3676 4.3).
  [/^(sent from my|get outlook for|ارسال شده از|فرستاده شده از).{0,100}$/i],
  [/^--$/],
]

/** A ruled line: Outlook and web mailers draw one above a quoted mail. */
const RULE = /^[_\-=—–]{10,}$/
/** A ruled line with words in it, such as `----- Oorspronkelijk bericht -----`. */
const isRuledWords = (line: string): boolean => /^[-_=*—–]{2,}\s*[^\s\-_=*—–]/.test(line) && /[-_=*—–]{2}$/.test(line)

/** A line `Label: value` of the header of a quoted mail. Some programs set the label in asterisks, for bold. */
const LABELLED = /^\*?(\p{L}[\p{L}\p{M}\u200c .'’-]{0,30})\s?\*?[:：]\*?(.*)/su
/** Most lines of such a header. */
const MOST_HEADER_LINES = 8

/** Labels of who wrote a mail, and of when or of what, in the languages of the common programs. */
const FROM_LABELS =
  /^(from|von|van|de|da|från|fra|lähettäjä|od|от|від|kimden|gönderen|από|feladó|expeditor|از|فرستنده|من|المرسل|מאת|发件人|寄件者|寄件人|差出人|보낸 ?사람)$/iu
const SENT_OR_SUBJECT_LABELS =
  /^(sent|subject|gesendet|betreff|verzonden|onderwerp|envoy[ée]|objet|enviad[oa]( em| el)?|assunto|asunto|inviato|oggetto|skickat|ämne|sendt|emne|lähetetty|aihe|wysłano|temat|odesláno|předmět|отправлено|тема|надіслано|gönderildi|gönderilme tarihi|konu|στάλθηκε|θέμα|küldve|elküldve|tárgy|trimis|subiect|ارسال|ارسال شده|زمان ارسال|تاریخ ارسال|موضوع|تم الإرسال|الموضوع|נשלח|נושא|发送时间|寄件日期|主题|主旨|送信日時|件名|보낸 ?날짜|제목)$/iu

const hasAddress = (line: string): boolean => /[^\s@]@[^\s@]{1,200}\.\p{L}/u.test(line)
const hasDate = (line: string): boolean => /\p{Nd}{4}/u.test(line) && /\p{Nd}{1,2}[:.٫]\p{Nd}{2}(?!\p{Nd})/u.test(line)
const isQuoted = (line: string): boolean => /^[>＞]/.test(line)

const bare = (line: string): string => line.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').trim()

/** Removes what mail programs set before the subject of an answer: `Re:`, `AW:`, `پاسخ:`. */
const plainSubject = (subject: string): string =>
  bare(subject)
    .replace(/^(?:\p{L}{1,6}(?:\[\d{1,3}\])?\s?[:：]\s*){1,5}/u, '')
    .toLowerCase()

/** True if the header of a quoted mail begins at a line: what its lines name tells it from a form that a person filled in. */
function beginsHeader(lines: readonly string[], at: number, subject: string): boolean {
  const fields: { label: string; value: string }[] = []
  for (const line of lines.slice(at, at + MOST_HEADER_LINES)) {
    const [, label, value] = LABELLED.exec(line) ?? []
    if (label === undefined || value === undefined) break
    fields.push({ label: label.trim(), value: value.trim() })
  }
  const [first, ...rest] = fields
  if (!first || rest.length === 0) return false
  if (RULE.test(lines[at - 1] ?? '') || isRuledWords(lines[at - 1] ?? '')) return true
  const dated = rest.findIndex(({ value }) => hasDate(value))
  if (FROM_LABELS.test(first.label))
    return dated >= 0 || hasAddress(first.value) || rest.some(({ label }) => SENT_OR_SUBJECT_LABELS.test(label))
  const isNamed = subject.length > 1 && rest.some(({ value }) => plainSubject(value) === subject)
  if (rest.length >= 2 && (isNamed || (dated >= 0 && hasAddress(first.value)))) return true
  // From, sent, to, subject: the order of Outlook in every language.
  return rest.length >= 3 && dated === 0
}

/** True if a line above quoted lines announces them: it ends in a colon, or names an address or a time. */
const announces = (line: string): boolean =>
  line.length <= LONGEST_LINE && (/[:：]$/.test(line) || hasAddress(line) || hasDate(line))

/** True if a line was broken before the next one: its program had no room there for the next word. */
function isBroken(line: string, next: string): boolean {
  const word = /^\S*/.exec(next)?.[0] ?? ''
  return line !== '' && (/[<(,]$/.test(line) || /^[^<]*>/.test(next) || line.length + 1 + word.length >= 65)
}

/** Answers the line at which the announcement of a quote begins that itself begins at `at`. */
function announcement(lines: readonly string[], at: number): number {
  let last = at - 1
  while (last > 0 && at - last < 3 && lines[last] === '') last--
  const line = lines[last]
  // Whatever stands alone above a quote is the person's own.
  if (line === undefined || !announces(line) || lines.slice(0, last).every((above) => above === '')) return at
  let first = last
  while (first > 0 && last - first < 2 && isBroken(lines[first - 1] ?? '', lines[first] ?? '')) first--
  return lines.slice(0, first).every((above) => above === '') ? last : first
}

/** True if a quote begins here: by one line, or by `On …,` and `… wrote:` on two, as long names break them. */
const startsQuote = (line: string, next: string): boolean =>
  QUOTE_STARTS.some(([start, end]) => start.test(line) && (end?.test(line) ?? true)) ||
  RULE.test(line) ||
  isTagline(line) ||
  // An address, or a time of the day with its year, and a colon, in any language.
  (/[:：]$/.test(line) && (hasAddress(line) || hasDate(line))) ||
  (/^(on|در|به تاریخ)\s/i.test(line) && /(\bwrote|نوشت|نوشته است)\s*:\s*$/i.test(next) && next.length < 300)

/** Answers the line at which the quote and what announces it begin; null if there is none. */
function quoteStart(lines: readonly string[], subject: string): number | null {
  for (const [i, line] of lines.entries()) {
    if (isQuoted(line)) return announcement(lines, i)
    if (line.length > LONGEST_LINE) continue
    const next = lines.slice(i + 1, i + 4).find((below) => below !== '') ?? ''
    if (startsQuote(line, lines[i + 1] ?? '')) return startOf(lines, i)
    if (isRuledWords(line) && (isQuoted(next) || LABELLED.test(next))) return i
    if (beginsHeader(lines, i, subject)) return announcement(lines, i)
  }
  return null
}

/** Answers where a line that announces a quote begins: a line above, if it was broken. */
function startOf(lines: readonly string[], at: number): number {
  const isIntroduction = /[:：]$/.test(lines[at] ?? '')
  if (!isIntroduction || !isBroken(lines[at - 1] ?? '', lines[at] ?? '')) return at
  return lines.slice(0, at - 1).every((above) => above === '') ? at : at - 1
}

/**
 * Text that a person wrote in a reply, without the mail that it answers: everything above the first quoted line, the header of
 * the quoted mail or the line that announces it, and without the line that the mail program added. Text between quotes is not
 * read. `subject` is the reply's own, which the header of a quoted mail repeats.
 */
export function replyText(text: string, subject = ''): string {
  const lines = text.slice(0, LONGEST).split(/\r\n|\n|\r/)
  const seen = lines.map(bare)
  const end = quoteStart(seen, plainSubject(subject))
  const own = lines.slice(0, end ?? lines.length)
  while (own.length > 0 && bare(own.at(-1) ?? '') === '') own.pop()
  const last = own.length - 1
  if (end !== null && last > 1 && bare(own[last - 1] ?? '') === '' && mayBeTagline(bare(own[last] ?? ''))) own.pop()
  return own.join('\n').trim()
}
