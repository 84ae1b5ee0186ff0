import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'

/** The parts of a wrangler.toml that the local programs read. */
export interface WranglerConfig {
  readonly name: string
  readonly main: string
  readonly compatibility_date: string
  readonly compatibility_flags?: readonly string[]
  readonly observability?: Readonly<Record<string, unknown>>
  readonly vars?: Readonly<Record<string, string>>
  readonly triggers?: { readonly crons?: readonly string[] }
  readonly d1_databases?: readonly {
    readonly binding: string
    readonly database_name: string
    readonly database_id: string
    readonly migrations_dir?: string
  }[]
  readonly r2_buckets?: readonly { readonly binding: string; readonly bucket_name: string }[]
  readonly ratelimits?: readonly {
    readonly name: string
    readonly namespace_id: string
    readonly simple: { readonly limit: number; readonly period: 10 | 60 }
  }[]
  readonly send_email?: readonly { readonly name: string }[]
  readonly migrations?: readonly { readonly tag: string; readonly new_sqlite_classes?: readonly string[] }[]
  readonly durable_objects?: {
    readonly bindings: readonly { readonly name: string; readonly class_name: string; readonly script_name?: string }[]
  }
  readonly assets?: {
    readonly directory: string
    readonly not_found_handling?: 'none' | '404-page' | 'single-page-application'
    readonly run_worker_first?: readonly string[]
  }
  readonly services?: readonly { readonly binding: string; readonly service: string }[]
  readonly queues?: {
    readonly producers?: readonly { readonly binding: string; readonly queue: string }[]
    readonly consumers?: readonly QueueConsumer[]
  }
}

export interface QueueConsumer {
  readonly queue: string
  readonly max_batch_size?: number
  readonly max_batch_timeout?: number
  readonly max_retries?: number
  readonly retry_delay?: number
  readonly dead_letter_queue?: string
}

/** Reads a wrangler.toml; `main` is made relative to the working folder. */
export function readWrangler(path = 'wrangler.toml'): WranglerConfig {
  const config = parse(readFileSync(path, 'utf8')) as unknown as WranglerConfig
  return { ...config, main: join(dirname(path), config.main) }
}
