import { type ThemeConfig, theme } from 'antd'
import type { Theme } from './preferences.ts'

/**
 * Grey by default. Red, orange, yellow and blue belong to alarms alone, so everything that Ant
 * Design would paint in them is given another colour: a steel grey for what can be pressed, plum for
 * mistakes in a form, grey-green for what went well.
 */
const LIGHT = {
  page: '#eef0f2',
  surface: '#ffffff',
  raised: '#ffffff',
  text: '#182026',
  textQuiet: '#4a555d',
  line: '#cfd5da',
  accent: '#355261',
  accentHover: '#24404e',
  link: '#2c4a59',
  mistake: '#7d2f6b',
  mistakeFill: '#f6ebf3',
  mistakeLine: '#cfa6c4',
  well: '#2f6350',
  wellFill: '#e8f1ed',
  wellLine: '#a3c2b5',
  fill: '#e4e8eb',
}

const DARK: typeof LIGHT = {
  page: '#101416',
  surface: '#181d20',
  raised: '#20272b',
  text: '#e4e9ec',
  textQuiet: '#a7b2b9',
  line: '#39434a',
  accent: '#4c7083',
  accentHover: '#5f8598',
  link: '#a8c6d5',
  mistake: '#dba3cd',
  mistakeFill: '#2d2029',
  mistakeLine: '#6d4a63',
  well: '#92c2ac',
  wellFill: '#1d2a25',
  wellLine: '#466356',
  fill: '#2a3237',
}

export const FONT_FAMILY =
  '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "Segoe UI", system-ui, sans-serif'

export function paletteOf(name: Theme): typeof LIGHT {
  return name === 'dark' ? DARK : LIGHT
}

export function antTheme(name: Theme): ThemeConfig {
  const palette = paletteOf(name)
  return {
    algorithm: name === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      fontFamily: FONT_FAMILY,
      fontSize: 14,
      borderRadius: 4,
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.12s',
      colorPrimary: palette.accent,
      colorPrimaryHover: palette.accentHover,
      colorInfo: palette.accent,
      colorLink: palette.link,
      colorLinkHover: palette.text,
      colorError: palette.mistake,
      colorErrorText: palette.mistake,
      colorErrorBg: palette.mistakeFill,
      colorErrorBorder: palette.mistakeLine,
      colorWarning: palette.textQuiet,
      colorWarningBg: palette.fill,
      colorWarningBorder: palette.line,
      colorInfoBg: palette.fill,
      colorInfoBorder: palette.line,
      colorSuccess: palette.well,
      colorSuccessBg: palette.wellFill,
      colorSuccessBorder: palette.wellLine,
      colorText: palette.text,
      colorTextSecondary: palette.textQuiet,
      colorTextTertiary: palette.textQuiet,
      colorTextDescription: palette.textQuiet,
      colorTextPlaceholder: palette.textQuiet,
      colorBgLayout: palette.page,
      colorBgContainer: palette.surface,
      colorBgElevated: palette.raised,
      colorBorder: palette.line,
      colorBorderSecondary: palette.line,
      colorFillAlter: palette.fill,
    },
    components: {
      Tabs: {
        itemSelectedColor: palette.text,
        itemActiveColor: palette.text,
        itemHoverColor: palette.text,
        inkBarColor: palette.text,
        horizontalItemGutter: 20,
      },
      Table: { headerBg: palette.fill },
      Button: { primaryShadow: 'none', defaultShadow: 'none' },
    },
  }
}
