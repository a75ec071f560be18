/** JSON Schema 2020-12 as our document uses it. */
export interface JsonSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly additionalProperties?: boolean | JsonSchema
  readonly description?: string
  readonly format?: string
  readonly pattern?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** A schema in the notation that readers of TypeScript know, as HTML with links to named shapes. */
export function renderSchema(schema: JsonSchema, indent = ''): string {
  if (schema.$ref !== undefined) {
    const name = escapeHtml(schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1))
    return `<a href="#schema-${name}">${name}</a>`
  }
  if (schema.const !== undefined) return escapeHtml(JSON.stringify(schema.const))
  if (schema.enum !== undefined) {
    return schema.enum.map((value) => escapeHtml(JSON.stringify(value))).join(' | ')
  }
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (choices !== undefined) {
    const joint = schema.allOf === choices ? ' &amp; ' : ' | '
    return choices.map((choice) => renderSchema(choice, indent)).join(joint)
  }
  if (schema.properties !== undefined) return renderObject(schema, schema.properties, indent)
  if (schema.items !== undefined) return `[${renderSchema(schema.items, indent)}, …]`
  if (typeof schema.additionalProperties === 'object') {
    return `{ [name]: ${renderSchema(schema.additionalProperties, indent)} }`
  }
  const type = schema.type === undefined ? 'any' : [schema.type].flat().join(' | ')
  return `${type}${renderBounds(schema)}`
}

function renderObject(
  schema: JsonSchema,
  properties: Readonly<Record<string, JsonSchema>>,
  indent: string,
): string {
  const deeper = `${indent}  `
  const lines = Object.entries(properties).map(([name, property]) => {
    const mark = schema.required?.includes(name) === true ? '' : '?'
    const initial =
      property.default === undefined ? '' : ` = ${escapeHtml(JSON.stringify(property.default))}`
    return `${deeper}${escapeHtml(name)}${mark}: ${renderSchema(property, deeper)}${initial}`
  })
  return `{\n${lines.join('\n')}\n${indent}}`
}

function renderBounds(schema: JsonSchema): string {
  const from = schema.minimum ?? schema.minLength
  const to = schema.maximum ?? schema.maxLength
  const isBounded = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  const range =
    isBounded(from) || isBounded(to)
      ? ` (${isBounded(from) ? from : ''}…${isBounded(to) ? to : ''})`
      : ''
  return `${schema.format === undefined ? '' : ` ${escapeHtml(schema.format)}`}${range}`
}
