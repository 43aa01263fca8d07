import GraphIR

// The columns of the EQTransformer study's table: 22 measures and the counts of traces.

@section("strata_plugins") @used private let detRecall: PluginEntry = {
    Registry.enter(EQTMetric<EQTDetection, EQTRecall>.self, $0)
}
@section("strata_plugins") @used private let detPrecision: PluginEntry = {
    Registry.enter(EQTMetric<EQTDetection, EQTPrecision>.self, $0)
}
@section("strata_plugins") @used private let detTruePositives: PluginEntry = {
    Registry.enter(EQTMetric<EQTDetection, EQTTruePositives>.self, $0)
}
@section("strata_plugins") @used private let detFalsePositives: PluginEntry = {
    Registry.enter(EQTMetric<EQTDetection, EQTFalsePositives>.self, $0)
}
@section("strata_plugins") @used private let detTrueNegatives: PluginEntry = {
    Registry.enter(EQTMetric<EQTDetection, EQTTrueNegatives>.self, $0)
}
@section("strata_plugins") @used private let detFalseNegatives: PluginEntry = {
    Registry.enter(EQTMetric<EQTDetection, EQTFalseNegatives>.self, $0)
}
@section("strata_plugins") @used private let pRecall: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTRecall>.self, $0)
}
@section("strata_plugins") @used private let pPrecision: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTPrecision>.self, $0)
}
@section("strata_plugins") @used private let pMeanAbsoluteError: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTMeanAbsoluteError>.self, $0)
}
@section("strata_plugins") @used private let pRootMeanSquare: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTRootMeanSquare>.self, $0)
}
@section("strata_plugins") @used private let pTruePositives: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTTruePositives>.self, $0)
}
@section("strata_plugins") @used private let pFalsePositives: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTFalsePositives>.self, $0)
}
@section("strata_plugins") @used private let pTrueNegatives: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTTrueNegatives>.self, $0)
}
@section("strata_plugins") @used private let pFalseNegatives: PluginEntry = {
    Registry.enter(EQTMetric<EQTP, EQTFalseNegatives>.self, $0)
}
@section("strata_plugins") @used private let sRecall: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTRecall>.self, $0)
}
@section("strata_plugins") @used private let sPrecision: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTPrecision>.self, $0)
}
@section("strata_plugins") @used private let sMeanAbsoluteError: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTMeanAbsoluteError>.self, $0)
}
@section("strata_plugins") @used private let sRootMeanSquare: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTRootMeanSquare>.self, $0)
}
@section("strata_plugins") @used private let sTruePositives: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTTruePositives>.self, $0)
}
@section("strata_plugins") @used private let sFalsePositives: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTFalsePositives>.self, $0)
}
@section("strata_plugins") @used private let sTrueNegatives: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTTrueNegatives>.self, $0)
}
@section("strata_plugins") @used private let sFalseNegatives: PluginEntry = {
    Registry.enter(EQTMetric<EQTS, EQTFalseNegatives>.self, $0)
}
@section("strata_plugins") @used private let events: PluginEntry = {
    Registry.enter(EQTMetric<EQTTraces, EQTEvents>.self, $0)
}
@section("strata_plugins") @used private let noise: PluginEntry = {
    Registry.enter(EQTMetric<EQTTraces, EQTNoise>.self, $0)
}
