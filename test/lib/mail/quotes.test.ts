import { expect, test } from 'vitest'
import { replyText } from '#worker/lib/mail/reply-text.ts'
import { OTHERS, QUOTING } from '../../fixtures/mail/quotes.ts'

test.each(QUOTING)('the words above a quote are read, as %s quotes', (_, text) => {
  expect(replyText(text, 'Re: Our news').replace(/[\u200e\u200f]/g, '')).toMatch(/^(STOP|لغو)$/)
})

test.each(OTHERS)('words that are no quote stay the person’s: %j', (text) => {
  expect(replyText(text, 'Re: Our news')).not.toMatch(/^(stop|لغو)$/i)
})

test('lines that begin like every kind of quote and go on without an end are read in one pass', () => {
  for (const piece of ['a@', 'From: ', 'On ', '-- ', '__', 'schrieb', '* ', 'Re: ', ': ', '<', '\n', 'iPhone '])
    expect(replyText(piece.repeat(16_000), piece.repeat(400)).length).toBeLessThanOrEqual(16_000)
})
