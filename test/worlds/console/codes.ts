import type { Page } from 'playwright-core'
import type { SignedInPerson } from '../players/person-world.ts'
import { until } from '../world.ts'
import type { ConsoleWorld } from './console-world.ts'

/** Digits of the code that the test telephone of a number shows. */
export async function codeAt(world: ConsoleWorld, number: string): Promise<string> {
  return until('the code arrives', async () => {
    const { data } = await world.json<{ readonly data: readonly { readonly text?: string }[] }>(
      `/v1/sandbox/phone?number=${encodeURIComponent(number)}`,
    )
    return /(?<!\d)\d{6}(?!\d)/.exec(data.map(({ text }) => text).join(' '))?.[0] ?? null
  })
}

/** Signs a person in again in the window over a page. */
export async function signInOver(world: ConsoleWorld, page: Page, { mobile }: SignedInPerson): Promise<void> {
  const window = page.getByRole('dialog').filter({ hasText: 'Your sign-in has ended' })
  await window.getByLabel('Mobile number').fill(mobile ?? '')
  await window.getByRole('button', { name: 'Send me a code' }).click()
  await window.getByLabel('Code', { exact: true }).fill(await codeAt(world, mobile ?? ''))
  await window.getByRole('button', { name: 'Sign in', exact: true }).click()
}
