// A stand-in for curl, for machines without it: the options that the examples of the docs use, and no other.
import { readFileSync } from 'node:fs'

const headers = new Headers({ 'user-agent': 'curl' })
const data = []
let method
let url
let shows = false

const bytesOf = (text, isBinary) =>
  text.startsWith('@')
    ? isBinary
      ? readFileSync(text === '@-' ? 0 : text.slice(1))
      : readFileSync(text.slice(1), 'utf8').replace(/[\r\n]/g, '')
    : text
const OPTIONS = {
  '-X': (text) => {
    method = text
  },
  '-H': (text) => {
    const at = text.indexOf(':')
    if (at < 1) throw new Error(`no header: ${text}`)
    headers.set(text.slice(0, at), text.slice(at + 1).trim())
  },
  '-d': (text) => data.push(bytesOf(text, false)),
  '--data-binary': (text) => data.push(bytesOf(text, true)),
  '-u': (text) => headers.set('authorization', `Basic ${Buffer.from(text).toString('base64')}`),
}
const FLAGS = {
  '-s': () => {},
  '-S': () => {},
  '-sS': () => {},
  '-i': () => {
    shows = true
  },
}

const args = process.argv.slice(2)
while (args.length > 0) {
  const word = args.shift()
  if (word in FLAGS) FLAGS[word]()
  else if (word in OPTIONS && args.length > 0) OPTIONS[word](args.shift())
  else if (word.startsWith('-') || url !== undefined) throw new Error(`curl of the tests does not know: ${word}`)
  else url = word
}
if (data.length > 0 && !headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded')
const body = data.length === 0 ? undefined : data.length === 1 ? data[0] : data.join('&')
const answer = await fetch(url, {
  method: method ?? (body === undefined ? 'GET' : 'POST'),
  headers,
  body,
  redirect: 'manual',
})
if (shows)
  process.stdout.write(
    `HTTP/1.1 ${answer.status}\n${[...answer.headers].map(([name, value]) => `${name}: ${value}\n`).join('')}\n`,
  )
process.stdout.write(Buffer.from(await answer.arrayBuffer()))
