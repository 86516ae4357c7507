/// The style sheet of all pictures.
///
/// Uses the page's custom properties `--ink`, `--soft`, `--rule`, `--paper`,
/// `--good`, `--bad`, `--open`, `--broken` and `--neutral`; the lines of methods
/// have colours of their own for either theme, and dashes.
pub const STYLE: &str = "
svg.plot { display: block; width: 100%; height: auto; font: 13px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
svg.plot text { fill: var(--ink); paint-order: stroke; stroke: var(--paper); stroke-width: 4px; stroke-linejoin: round; }
svg.plot text.soft { fill: var(--soft); }
svg.plot text.small { font-size: 12px; }
svg.plot text.word { font-weight: 600; }
svg.plot .axis { stroke: var(--soft); stroke-width: 1; fill: none; }
svg.plot .grid { stroke: var(--rule); stroke-width: 1; }
svg.plot .zero { stroke: var(--ink); stroke-width: 1.5; }
svg.plot .band { fill: var(--soft); opacity: .14; }
svg.plot .edge { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 3; }
svg.plot .better { stroke: var(--good); fill: none; stroke-width: 1.4; }
svg.plot .worse { stroke: var(--bad); fill: none; stroke-width: 1.4; stroke-dasharray: 5 3; }
svg.plot .same { stroke: var(--soft); fill: none; stroke-width: 1.4; }
svg.plot .fails { stroke: var(--bad); fill: none; stroke-width: 1; stroke-dasharray: 1.5 3.5; }
svg.plot .cross { stroke: var(--bad); stroke-width: 2; fill: none; }
svg.plot .dot { fill: var(--ink); stroke: var(--paper); stroke-width: 1; }
svg.plot .interval { stroke: var(--ink); stroke-width: 2; fill: none; }
svg.plot .mean { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
svg.plot .cell { stroke: var(--rule); stroke-width: 1; fill: none; }
svg.plot text.good { fill: var(--good); } svg.plot .stroke-good { stroke: var(--good); } svg.plot .fill-good { fill: var(--good); }
svg.plot text.bad { fill: var(--bad); } svg.plot .stroke-bad { stroke: var(--bad); } svg.plot .fill-bad { fill: var(--bad); }
svg.plot text.open { fill: var(--open); } svg.plot .stroke-open { stroke: var(--open); } svg.plot .fill-open { fill: var(--open); }
svg.plot text.broken { fill: var(--broken); } svg.plot .stroke-broken { stroke: var(--broken); } svg.plot .fill-broken { fill: var(--broken); }
svg.plot text.neutral { fill: var(--neutral); } svg.plot .stroke-neutral { stroke: var(--neutral); } svg.plot .fill-neutral { fill: var(--neutral); }
svg.plot .alike { stroke: var(--ink); stroke-width: 5; stroke-linecap: round; }
svg.plot .thin { stroke: var(--soft); stroke-width: 1.3; }
svg.plot .frame { fill: none; stroke: var(--rule); stroke-width: 1; }
svg.plot text.bare { stroke: none; }
svg.plot .line { fill: none; stroke-width: 2.2; }
svg.plot .area { stroke: none; opacity: .14; }
svg.plot .line.series-0 { stroke: light-dark(#0b5cad, #7fb8f5); } svg.plot .area.series-0 { fill: light-dark(#0b5cad, #7fb8f5); }
svg.plot .line.series-1 { stroke: light-dark(#b3420a, #f5a06b); stroke-dasharray: 7 3; } svg.plot .area.series-1 { fill: light-dark(#b3420a, #f5a06b); }
svg.plot .line.series-2 { stroke: light-dark(#1a7a4a, #74d3a0); stroke-dasharray: 2 3; } svg.plot .area.series-2 { fill: light-dark(#1a7a4a, #74d3a0); }
svg.plot .line.series-3 { stroke: light-dark(#7a3aa8, #cfa3f2); stroke-dasharray: 9 3 2 3; } svg.plot .area.series-3 { fill: light-dark(#7a3aa8, #cfa3f2); }
svg.plot .line.series-4 { stroke: light-dark(#8a6a00, #e0c25a); stroke-dasharray: 4 2; } svg.plot .area.series-4 { fill: light-dark(#8a6a00, #e0c25a); }
svg.plot .line.series-5 { stroke: light-dark(#4a5560, #b9c2cb); stroke-dasharray: 1 4; } svg.plot .area.series-5 { fill: light-dark(#4a5560, #b9c2cb); }
";
