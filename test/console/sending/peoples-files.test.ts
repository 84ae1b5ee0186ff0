import { expect, test } from 'vitest'
import { decode } from '../../../console/src/parts/csv/decode.ts'
import { readFile } from '../../../console/src/parts/csv/read-file.ts'
import { readLines } from '../../../console/src/parts/csv/table.ts'
import { checkSheet, columnOf, guessSheet, namesOf } from '../../../console/src/parts/recipients/check.ts'
import { PEOPLES_FILES } from '../../worlds/console/peoples-files.ts'

const WRITTEN = { channel: 'sms', region: 'IR' } as const

test.each(PEOPLES_FILES)('%s', async (_, bytes, held) => {
  const file = await readFile(new File([bytes], 'people.csv'), 50_000_000)
  if (typeof held === 'string' || typeof file === 'string') return expect(file).toBe(held)
  const { lines, openQuote } = await readLines(decode(file.bytes, file.encoding), file.delimiter)
  const sheet = guessSheet(WRITTEN, lines)
  const { recipients, bad } = checkSheet(sheet, { ...WRITTEN, names: ['نام'], isOnce: true })
  expect({
    people: recipients.map(({ to, values }) => [to, values['نام']]),
    bad: bad.map(({ row, fault }) => [row, typeof fault === 'string' ? fault : 'missing']),
    openQuote,
    isUnnamed: columnOf(namesOf(sheet), 'نام') < 0,
  }).toEqual({ bad: [], openQuote: null, isUnnamed: false, ...held })
})
