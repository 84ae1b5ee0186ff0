/** Characters of a mail that are searched: people answer at the top, or above a quote that is not longer than this. */
const LONGEST = 16_000

/** Lines that announce a quote, without marks of direction. */
const QUOTE_STARTS: readonly RegExp[] = [
  // "On 3 May 2026, Sara wrote:", "Am … schrieb …:", "Le … a écrit :"
  /^(on|am|le|el|il)\b.{0,300}(wrote|schrieb.{0,150}|a écrit|escribió|ha scritto)\s*:\s*$/i,
  // «در تاریخ … نوشت:»
  /^(در|به تاریخ|بتاریخ)\s.{0,300}(نوشت|نوشته است|نوشته‌است|نوشتند)\s*:?\s*$/,
  // "Sara <sara@example.com> wrote:", «سارا نوشت:»
  /^.{0,300}(\bwrote|نوشت)\s*:\s*$/i,
  // Outlook and the programs that copy it.
  /^-{2,}\s*(original message|forwarded message|پیام اصلی|پیام ارسال شده)\s*-{2,}$/i,
  /^(_{10,}|-{10,})$/,
  /^(from|از|فرستنده|von|de)\s*:\s*.{0,300}@.{0,300}$/i,
  // A signature (RFC 3676 4.3), and the line that telephones add.
  /^-- ?$/,
  /^(sent from my|get outlook for|ارسال شده از|فرستاده شده از).{0,100}$/i,
]

const bare = (line: string): string => line.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '').trim()

/** True if a quote begins here: by one line, or by `On …,` and `… wrote:` on two, as long names break them. */
const startsQuote = (line: string, next: string): boolean =>
  QUOTE_STARTS.some((start) => start.test(line)) ||
  (/^(on|در|به تاریخ)\s/i.test(line) && /(\bwrote|نوشت|نوشته است)\s*:\s*$/i.test(next) && next.length < 300)

/**
 * Text that a person wrote in a reply, without the mail that it answers: everything above the first quoted line or the line
 * that announces a quote. Text between quotes is not read.
 */
export function replyText(text: string): string {
  const lines = text.slice(0, LONGEST).split(/\r\n|\n|\r/)
  const own: string[] = []
  for (const [i, line] of lines.entries()) {
    const seen = bare(line)
    if (seen.startsWith('>') || startsQuote(seen, bare(lines[i + 1] ?? ''))) break
    own.push(line)
  }
  return own.join('\n').trim()
}
