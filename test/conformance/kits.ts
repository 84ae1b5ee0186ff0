import { existsSync, readdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { ConformanceKit } from './kit.ts'

const isKit = (value: unknown): value is ConformanceKit =>
  typeof value === 'object' && value !== null && 'provider' in value && 'carrier' in value

/** The kits of a channel: every one that a file of `test/conformance/<channel>/` exports. None of them is listed anywhere. */
export async function kitsOf(channel: ChannelName): Promise<readonly ConformanceKit[]> {
  const folder = resolve('test/conformance', channel)
  if (!existsSync(folder)) return []
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const modules = await Promise.all(
    files.map((name) => import(pathToFileURL(resolve(folder, name)).href) as Promise<Record<string, unknown>>),
  )
  return modules.flatMap((module) => Object.values(module)).filter(isKit)
}
