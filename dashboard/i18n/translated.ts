import type { zh } from './zh.ts'

/** The shape both languages fill: the same keys, any words. */
export type Translated<Chinese> = {
  readonly [Group in keyof Chinese]: { readonly [Key in keyof Chinese[Group]]: string }
}

export type Texts = Translated<typeof zh>
