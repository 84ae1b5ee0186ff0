import { expect, test } from 'vitest'
import { firstWords } from '../../../console/src/pages/messages/content-words.ts'

test.each([
  [{ text: 'سلام' }, 'سلام'],
  [{ subject: 'Order', text: 'It is sent.' }, 'Order — It is sent.'],
  [{ subject: 'Order', text: { media: 'med_1' } }, 'Order'],
  [{ title: 'Sent', body: 'On its way', ttl: 60 }, 'Sent — On its way'],
  [{ say: { text: 'Hello', repeat: 2 } }, 'Hello'],
  [{ digits: { code: '1234' } }, 'Reads out a code'],
  [{ digits: '42#' }, 'Pressed: 42#'],
  [{ play: { url: 'https://example.com/a.mp3' } }, 'Plays a recording'],
  [{ recording: { seconds: 4 } }, 'Voice message'],
  [{ template: { name: 'order_sent', language: 'fa' } }, 'Template order_sent'],
  [{ otp: { code: '1234' } }, 'One-time code'],
  [{ location: { latitude: 35.7, longitude: 51.4 } }, 'A place on the map'],
  [{ media: { id: 'med_1', kind: 'image' } }, 'Files: 1'],
  [{ text: '', files: [{ id: 'med_1' }, { id: 'med_2' }] }, 'Files: 2'],
  [{ text: '', unsupported: 'poll' }, 'poll'],
  [{}, null],
])('first words of %j', (content, words) => {
  expect(firstWords(content)).toBe(words)
})
