import type { FastifyReply } from 'fastify'
import { ERROR_CODES } from '../errors.ts'
import { PROBLEMS } from './problem.ts'
import { escapeHtml, type JsonSchema, renderSchema } from './schema-text.ts'

interface Operation {
  readonly tags?: readonly string[]
  readonly summary?: string
  readonly description?: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema?: JsonSchema
  }[]
  readonly requestBody?: { readonly content?: Content }
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >
}
type Content = Readonly<Record<string, { readonly schema?: JsonSchema }>>

export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly tags?: readonly { readonly name: string; readonly description?: string }[]
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> }
}

/** Everything on it is made here from the document: no script, nothing fetched from elsewhere. */
export function sendDocsPage(reply: FastifyReply, document: unknown): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(renderDocs(document as ApiDocument))
}

/** The OpenAPI document as one page to read and search, with the catalogue of errors. */
export function renderDocs(document: ApiDocument): string {
  const tags = document.tags ?? []
  const schemas = Object.entries(document.components?.schemas ?? {})
  const title = escapeHtml(`${document.info.title} ${document.info.version}`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}: HTTP API</title><style>${STYLE}</style></head><body>
<nav>${tags.map((tag) => `<a href="#tag-${tag.name}">${escapeHtml(tag.name)}</a>`).join('')}
<a href="#schemas">shapes</a><a href="#errors">errors</a><a href="/api/openapi.json">OpenAPI 3.1</a></nav>
<main><h1>${title}</h1><p>${escapeHtml(document.info.description ?? '')}</p>
${tags.map((tag) => renderTag(document, tag)).join('\n')}
<h2 id="schemas">Shapes</h2>
${schemas.map(([name, schema]) => renderNamedSchema(name, schema)).join('\n')}
<h2 id="errors">Errors</h2>
<p>Every refusal is an RFC 9457 problem; programs branch on <code>code</code>.</p>
<table><tr><th>code</th><th>status</th><th>meaning</th><th>what to do</th></tr>
${ERROR_CODES.map(renderError).join('\n')}</table></main></body></html>`
}

function renderTag(
  document: ApiDocument,
  tag: { readonly name: string; readonly description?: string },
): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags?.includes(tag.name))
      .map(([method, operation]) => renderOperation(method, path, operation)),
  )
  return `<h2 id="tag-${tag.name}">${escapeHtml(tag.name)}</h2>
<p>${escapeHtml(tag.description ?? '')}</p>${operations.join('\n')}`
}

function renderOperation(method: string, path: string, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map(
    (parameter) =>
      `<tr><td><code>${escapeHtml(parameter.name)}</code></td><td>${parameter.in}</td>` +
      `<td>${parameter.required === true ? 'required' : ''}</td>` +
      `<td><code>${renderSchema(parameter.schema ?? {})}</code></td></tr>`,
  )
  const body = renderContent('Body', operation.requestBody?.content)
  const responses = Object.entries(operation.responses ?? {})
    .filter(([status]) => status !== 'default')
    .map(([status, response]) =>
      renderContent(`${status} ${response.description ?? ''}`, response.content ?? {}),
    )
  return `<details><summary><b class="${method}">${method.toUpperCase()}</b>
<code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary ?? '')}</summary>
<p>${escapeHtml(operation.description ?? '')}</p><p>Access: ${renderSecurity(operation.security)}</p>
${parameters.length === 0 ? '' : `<table>${parameters.join('')}</table>`}${body}${responses.join('')}</details>`
}

function renderSecurity(security: Operation['security']): string {
  if (security === undefined || security.length === 0) return 'anybody'
  return security
    .flatMap((choice) => Object.entries(choice))
    .map(([name, scopes]) => escapeHtml(scopes.length === 0 ? name : `${name} (${scopes.join()})`))
    .join(' or ')
}

function renderContent(heading: string, content: Content | undefined): string {
  if (content === undefined) return ''
  const [type, media] = Object.entries(content)[0] ?? []
  if (type === undefined) return `<h4>${escapeHtml(heading)}</h4>`
  const isPlain = type === 'application/json'
  return `<h4>${escapeHtml(heading)}${isPlain ? '' : ` · ${escapeHtml(type)}`}</h4>
<pre>${renderSchema(media?.schema ?? {})}</pre>`
}

function renderNamedSchema(name: string, schema: JsonSchema): string {
  return `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>
<pre>${renderSchema(schema)}</pre></details>`
}

function renderError(code: (typeof ERROR_CODES)[number]): string {
  const { status, title, remedy } = PROBLEMS[code]
  return `<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td><td>${escapeHtml(remedy)}</td></tr>`
}

const STYLE = `
body{font:15px/1.5 system-ui,sans-serif;margin:0;color:#1f2328;background:#fff}
nav{position:sticky;top:0;background:#f6f8fa;border-bottom:1px solid #d0d7de;padding:8px 24px}
nav a{margin-right:14px;color:#0550ae;text-decoration:none}
main{max-width:1000px;margin:0 auto;padding:0 24px 80px}
h2{margin-top:2em;border-bottom:1px solid #d0d7de}h4{margin:1em 0 .3em}
details{border:1px solid #d0d7de;border-radius:6px;margin:6px 0;padding:6px 12px}
summary{cursor:pointer}summary b{display:inline-block;width:64px;color:#0550ae}
summary b.post{color:#116329}summary b.patch{color:#7d4e00}summary b.delete{color:#a40e26}
pre{background:#f6f8fa;border-radius:6px;padding:10px;overflow:auto}
table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:4px 8px;text-align:left;vertical-align:top}
tr:target,details:target{background:#fff8c5}
@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}nav,pre{background:#161b22}
nav a,summary b{color:#79c0ff}tr:target,details:target{background:#3a2d00}}
`
