import { until, type World } from '../world.ts'

/** Digits of the code that the test telephone of a number shows. */
export async function codeAt(world: Pick<World, 'json'>, number: string): Promise<string> {
  return until('the code arrives', async () => {
    const { data } = await world.json<{ readonly data: readonly { readonly text?: string }[] }>(
      `/v1/sandbox/phone?number=${encodeURIComponent(number)}`,
    )
    return /(?<!\d)\d{6}(?!\d)/.exec(data.map(({ text }) => text).join(' '))?.[0] ?? null
  })
}
