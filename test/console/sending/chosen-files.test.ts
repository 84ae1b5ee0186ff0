import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FileTrouble } from '../../../console/src/parts/csv/read-file.ts'
import { type ConsoleWorld, startConsoleWorld } from '../../worlds/console/console-world.ts'
import { PEOPLES_FILES } from '../../worlds/console/peoples-files.ts'
import type { SignedInPerson } from '../../worlds/players/person-world.ts'

let world: ConsoleWorld
let owner: SignedInPerson
beforeAll(async () => {
  world = await startConsoleWorld()
  owner = await world.member('owner')
  await world.known(owner)
})
afterAll(() => world?.dispose())

const SAID: Readonly<Record<FileTrouble, RegExp>> = {
  empty: /There is nothing in that file/,
  workbook: /That is a workbook, not a CSV/,
  other: /That is no table of text/,
  large: /is larger than/,
  unread: /could not be read/,
}
const counted = (count: number): string => count.toLocaleString('en')

const choose = (page: Page, bytes: Uint8Array, name = 'people.csv'): Promise<void> =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(bytes) })
const says = (page: Page, words: string | RegExp): Promise<void> => page.getByText(words).waitFor()

/** One file of each outcome: how each single one is read, `peoples-files.test.ts` asks of the reader itself. */
const OUTCOMES = new Map(
  PEOPLES_FILES.map((file) => {
    const [, , held] = file
    const outcome = typeof held === 'string' ? held : [held.people.length > 0, Object.keys(held).sort()]
    return [JSON.stringify(outcome), file] as const
  }),
)

test('each kind of file that people choose is counted, or refused by what it is, and what was written stays', async () => {
  expect(OUTCOMES.size).toBeGreaterThan(6)
  const page = await world.open(world.at('compose'), { as: owner })
  const text = page.getByLabel('Text', { exact: true })
  await text.fill('سلام {{نام}}')
  await page.getByText('From a file', { exact: true }).click()
  for (const [what, bytes, held] of OUTCOMES.values()) {
    await choose(page, bytes, `${what.replaceAll(/[^a-z0-9]+/gi, ' ')}.csv`)
    if (typeof held === 'string') {
      await page.getByRole('alert').filter({ hasText: SAID[held] }).waitFor()
      expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled(), what).toBe(true)
      continue
    }
    const count = held.people.length
    const send = page.getByRole('button', { name: new RegExp(`^Send(?: to ${counted(count)} recipients?)?$`) })
    await page.getByRole('button', { name: 'Leave the file out' }).waitFor()
    await page.getByRole('table', { name: 'The first rows' }).waitFor()
    if (count > 0) await page.getByRole('button', { name: `Send to ${counted(count)} recipient` }).waitFor()
    const bad = held.bad?.length ?? 0
    if (bad > 0) await says(page, bad === 1 ? '1 row is left out' : `${bad} rows are left out`)
    if (held.openQuote) await says(page, `A quote opens in line ${held.openQuote} and never ends`)
    if (held.isUnnamed) {
      await says(page, 'No column is called')
      expect(await send.isDisabled(), what).toBe(true)
    }
    await page.getByRole('button', { name: 'Leave the file out' }).click()
    await page.getByLabel('Choose a CSV file').first().waitFor()
  }
  expect(await text.inputValue()).toBe('سلام {{نام}}')
  await page.context().close()
})

test('a first line that is typed is nobody’s head: what is wrong with it is told', async () => {
  const page = await world.open(world.at('compose'), { as: owner })
  await page.getByLabel('Text', { exact: true }).fill('hi')
  await page.getByLabel('Recipients', { exact: true }).fill('0912123456\n09121234567\n09121234568')
  await says(page, '1 row is left out')
  await says(page, 'not a complete mobile number')
  await page.getByRole('button', { name: 'Send to 2 recipients' }).waitFor()
  await page.getByLabel('Recipients', { exact: true }).fill('Ali\n09121234567')
  await says(page, 'not a number')
  await page.getByRole('button', { name: 'Send to 1 recipient' }).waitFor()
  await page.context().close()
})

test('a column that was chosen is not taken for another one where the file is cut otherwise', async () => {
  const page = await world.open(world.at('compose'), { as: owner })
  await page.getByLabel('Text', { exact: true }).fill('hi')
  await page.getByText('From a file', { exact: true }).click()
  await choose(page, Buffer.from('a,b,mobile\nx,y,09121234567\n'))
  await page.getByRole('button', { name: 'Send to 1 recipient' }).waitFor()
  const select = async (label: string, option: string): Promise<void> => {
    await page.getByRole('button', { name: label }).click()
    await page.getByRole('option', { name: option, exact: true }).click()
  }
  await select('Column of recipients', 'b')
  await says(page, '1 row is left out')
  await select('Between columns', 'semicolon')
  await select('Between columns', 'comma')
  await page.getByRole('button', { name: 'Send to 1 recipient' }).waitFor()
  await page.context().close()
})

test('opt-outs are read from the same files, and one that is none is refused by what it is', async () => {
  const page = await world.open(world.at('suppressions/import'), { as: owner })
  await page.getByLabel('Recipients', { exact: true }).fill('09121110001')
  await choose(page, Buffer.from('PK\x03\x04 a workbook'), 'people.xlsx')
  await page.getByRole('alert').filter({ hasText: SAID.workbook }).waitFor()
  expect(await page.getByLabel('Recipients', { exact: true }).inputValue()).toBe('09121110001')
  await choose(page, Buffer.from('کد ملی;نام;موبايل\n0499370899;علی;9121110002\n0499370899;رضا;9.12E+11\n'))
  await page.getByRole('button', { name: 'Import 2 rows' }).click()
  await says(page, 'The import is finished.')
  await page.getByRole('rowheader', { name: '9.12E+11' }).waitFor()
  const { data } = await world.json<{ readonly data: readonly { readonly recipient: string }[] }>('/v1/suppressions')
  expect(data.map(({ recipient }) => recipient)).toEqual(['+989121110002'])
  await page.context().close()
})

test('a file that was chosen can be chosen again once it is mended', async () => {
  for (const path of ['compose', 'suppressions/import']) {
    const page = await world.open(world.at(path), { as: owner })
    if (path === 'compose') await page.getByText('From a file', { exact: true }).click()
    await choose(page, new Uint8Array())
    await page.getByRole('alert').filter({ hasText: SAID.empty }).waitFor()
    expect(await page.locator('input[type=file]').inputValue(), path).toBe('')
    await page.context().close()
  }
})

/** Drops a file on an element as a hand does, and answers whether the browser would leave the page to show it. */
const DROP = `(selector) => {
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File(['09121234567'], 'people.csv', { type: 'text/csv' }))
  const over = new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer })
  const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer })
  const on = document.querySelector(selector)
  return [over, drop].map((event) => on.dispatchEvent(event))
}`

test('a file that is dropped beside its place does not carry the page away', async () => {
  const page = await world.open(world.at('compose'), { as: owner })
  await page.getByText('From a file', { exact: true }).click()
  const dropped = (selector: string) => page.evaluate(`(${DROP})(${JSON.stringify(selector)})`)
  expect(await dropped('h1')).toEqual([false, false])
  expect(await dropped('textarea')).toEqual([false, false])
  expect(await page.getByRole('button', { name: 'Leave the file out' }).count()).toBe(0)
  await dropped('.drop')
  await page.getByRole('button', { name: 'Leave the file out' }).waitFor()
  await page.context().close()
})

test('no page had an exception, broke its policy, or called what no document names', () => {
  expect(world.faults).toEqual([])
})
