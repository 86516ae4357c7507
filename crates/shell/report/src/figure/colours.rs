/// The style sheet of all pictures.
///
/// Uses the page's custom properties `--ink`, `--soft`, `--rule`, `--paper`,
/// `--good`, `--bad`, `--open`, `--broken` and `--neutral`.
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
";
