import type { Page } from 'playwright-core'
import type { SignedInPerson } from '../players/person-world.ts'
import type { ConsoleWorld } from './console-world.ts'
import { codeAt } from './telephone.ts'

/** Signs a person in again in the window over a page. */
export async function signInOver(world: ConsoleWorld, page: Page, { mobile }: SignedInPerson): Promise<void> {
  const window = page.getByRole('dialog').filter({ hasText: 'Your sign-in has ended' })
  await window.getByLabel('Mobile number').fill(mobile ?? '')
  await window.getByRole('button', { name: 'Send me a code' }).click()
  await window.getByLabel('Code', { exact: true }).fill(await codeAt(world, mobile ?? ''))
  await window.getByRole('button', { name: 'Sign in', exact: true }).click()
}
