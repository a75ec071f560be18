/**
 * What a printed page holds, in our own few words, so that whoever makes a form knows nothing of
 * the library that sets it. Plain data: it travels to the thread that writes it.
 */
export interface PdfDocument {
  /** Stands on the first page and in the file's properties. */
  readonly title: string
  readonly subtitle?: string
  readonly language: 'zh' | 'en'
  readonly orientation?: 'portrait' | 'landscape'
  /** At the foot of every page, beside the page number: what makes the paper traceable. */
  readonly footer: string
  /** Across every page, e.g. 演练 or DRAFT. */
  readonly watermark?: string
  readonly blocks: readonly PdfBlock[]
}

export type PdfBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | {
      readonly kind: 'paragraph'
      readonly text: string
      readonly tone?: 'plain' | 'quiet' | 'strong'
    }
  /** Label and value, two pairs a row where the page is wide enough. */
  | { readonly kind: 'fields'; readonly fields: readonly PdfField[]; readonly columns?: 1 | 2 }
  | PdfTable
  | {
      readonly kind: 'image'
      /** JPEG or PNG. */
      readonly bytes: Uint8Array
      readonly mediaType: 'image/jpeg' | 'image/png'
      readonly caption?: string
      readonly heightMax?: number
    }
  /** Empty lines to sign on. */
  | { readonly kind: 'signatures'; readonly labels: readonly string[] }
  | { readonly kind: 'page-break' }

export interface PdfField {
  readonly label: string
  readonly value: string
}

export interface PdfTable {
  readonly kind: 'table'
  readonly columns: readonly PdfColumn[]
  /** A row has a text for every column. */
  readonly rows: readonly (readonly string[])[]
  /** Said in place of rows where there are none. */
  readonly whenEmpty: string
}

export interface PdfColumn {
  readonly title: string
  /** Share of the width; `auto`: as wide as its texts. */
  readonly width?: number | 'auto'
  readonly align?: 'left' | 'right' | 'center'
}
