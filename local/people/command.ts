import { LOCAL_HEADER } from '../build/local-calls.ts'
import { Refusal } from '../state.ts'
import { LINKS_PATH, type LOCAL_PEOPLE, PEOPLE_PATH } from './made.ts'

async function command(baseUrl: string, path: string, query: Readonly<Record<string, string>>): Promise<string> {
  const url = `${baseUrl}${path}?${new URLSearchParams(query)}`
  const answer = await fetch(url, { method: 'POST', headers: { [LOCAL_HEADER]: '1' } }).catch(() => null)
  if (!answer) throw new Refusal(`Nothing answers at ${baseUrl}: run \`npm start\` first, in another terminal.`)
  const text = (await answer.text()).trim()
  if (!answer.ok) throw new Refusal(`The gateway answered ${answer.status}: ${text}`)
  return text
}

/** Makes the people of `npm start` who are missing, one of them as the owner of this tenant. */
export async function seedPeople(baseUrl: string, tenantId: string): Promise<void> {
  await command(baseUrl, PEOPLE_PATH, { tenant: tenantId })
}

/** Gives a link that signs in one of them, once, within five minutes. */
export const signInLink = (baseUrl: string, as: keyof typeof LOCAL_PEOPLE): Promise<string> =>
  command(baseUrl, LINKS_PATH, { as })
