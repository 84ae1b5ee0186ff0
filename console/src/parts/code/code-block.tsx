import '../../styles/code.css'
import type { ReactNode } from 'react'
import { CopyButton } from '../button.tsx'

/** Code or JSON to be read and copied; always left to right. */
export const CodeBlock = ({ title, code }: { title: ReactNode; code: string }) => (
  <div className="code-block">
    <header>
      <span>{title}</span>
      <CopyButton text={code} />
    </header>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard */}
    <pre tabIndex={0}>
      <code>{code}</code>
    </pre>
  </div>
)

/** JSON as people read it. */
export const Json = ({ title, value }: { title: ReactNode; value: unknown }) => (
  <CodeBlock title={title} code={JSON.stringify(value, null, 2)} />
)
