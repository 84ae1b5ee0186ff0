import type { Provider } from './provider.ts'

/** The providers of a channel by name; a null prototype, so that a name from a URL finds nothing but a provider. */
export const byName = <Content>(providers: readonly Provider<Content>[]): Readonly<Record<string, Provider<Content>>> =>
  Object.assign(
    Object.create(null) as Record<string, Provider<Content>>,
    Object.fromEntries(providers.map((provider) => [provider.name, provider])),
  )
