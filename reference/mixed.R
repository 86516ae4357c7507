# Linear mixed models by REML: lme4, with lmerTest's Satterthwaite degrees of freedom.

suppressMessages({
  library(lmerTest)
  library(jsonlite)
})

RNGversion("4.0.0")

table_of <- function(methods, tasks, runs, sd, seed, nested = FALSE) {
  set.seed(seed)
  rows <- expand.grid(run = seq_len(runs), task = seq_len(tasks), method = seq_len(methods))
  of_task <- rnorm(tasks, sd = sd[["task"]])
  of_run <- rnorm(if (nested) runs * tasks else runs, sd = sd[["run"]])
  of_both <- rnorm(methods * tasks, sd = sd[["both"]])
  run <- if (nested) rows$run + runs * (rows$task - 1) else rows$run
  value <- 0.3 * rows$method + of_task[rows$task] + of_run[run] +
    of_both[rows$task + tasks * (rows$method - 1)] + rnorm(nrow(rows), sd = sd[["residual"]])
  data.frame(value = round(value, 4), method = letters[rows$method], task = sprintf("t%02d", rows$task),
             run = sprintf("r%02d", run))
}

thinned <- function(rows, share, seed) {
  set.seed(seed)
  rows[sort(sample(nrow(rows), round(share * nrow(rows)))), ]
}

sds <- function(task, run, both, residual) c(task = task, run = run, both = both, residual = residual)

with_both <- value ~ method + (1 | task) + (1 | method:task)
with_all <- value ~ method + (1 | task) + (1 | run) + (1 | method:task)
plain <- value ~ method + (1 | task)
with_run <- value ~ method + (1 | task) + (1 | run)

far <- table_of(2, 6, 4, sds(10, 0, 0.05, 0.01), 10)
far$value <- far$value + 1e4

cases <- list(
  balanced = list(table_of(3, 8, 4, sds(1, 0, 0.5, 0.7), 1), with_both),
  unbalanced = list(thinned(table_of(3, 8, 4, sds(1, 0, 0.5, 0.7), 2), 0.6, 3), with_both),
  crossed = list(table_of(2, 10, 5, sds(1, 0.4, 0.6, 0.5), 4), with_all),
  crossed_unbalanced = list(thinned(table_of(4, 7, 5, sds(1, 0.8, 0.6, 0.5), 5), 0.55, 6), with_all),
  singular = list(table_of(2, 6, 3, sds(1, 0, 0, 1), 32), with_both),
  all_singular = list(table_of(3, 5, 4, sds(0, 0, 0, 1), 30), with_all),
  three_tasks = list(table_of(2, 3, 3, sds(1, 0, 0.5, 0.3), 32), with_both),
  three_tasks_singular = list(table_of(2, 3, 3, sds(1, 0, 0.5, 0.3), 31), with_both),
  one_run = list(table_of(4, 6, 1, sds(1, 0, 0, 0.5), 11), plain),
  nested_runs = list(table_of(2, 5, 6, sds(1, 0.6, 0.4, 0.5), 12, nested = TRUE), with_all),
  runs_without_interaction = list(table_of(3, 6, 4, sds(0.5, 0.5, 0, 0.5), 14), with_run),
  far_from_zero = list(far, with_both),
  large = list(table_of(5, 16, 10, sds(1, 0.3, 0.4, 0.8), 15), with_all)
)

fit <- function(case) {
  rows <- case[[1]]
  rows$method <- factor(rows$method)
  # lme4's own criterion, minimised further in the logarithms of theta: its optimisers stop too early where relative
  # deviations are far from their start of 1.
  quietly <- function(expression) suppressMessages(suppressWarnings(expression))
  control <- function(reach) lmerControl(
    optimizer = "bobyqa", optCtrl = list(rhobeg = reach, rhoend = reach * 1e-8, maxfun = 1e5), calc.derivs = FALSE)
  found <- quietly(lmer(case[[2]], rows, control = control(0.2)))
  criterion <- quietly(lmer(case[[2]], rows, devFunOnly = TRUE))
  theta <- getME(found, "theta")
  theta[theta < 1e-5] <- 0
  free <- theta > 0
  if (any(free)) {
    of_logarithms <- function(logarithms) criterion(replace(theta, free, exp(logarithms)))
    best <- log(theta[free])
    for (again in 1:5) {
      slopes <- numDeriv::grad(of_logarithms, best)
      step <- solve(numDeriv::hessian(of_logarithms, best), slopes)
      if (of_logarithms(best - step) <= of_logarithms(best) + 1e-10) best <- best - step
    }
    theta[free] <- exp(best)
    found <- quietly(lmer(case[[2]], rows, start = theta, control = control(1e-9 * min(theta[free]))))
  }
  usual <- quietly(lmer(case[[2]], rows))
  effects <- coef(summary(found))
  variances <- as.data.frame(VarCorr(found))
  sd_of <- function(name) if (name %in% variances$grp) variances$sdcor[variances$grp == name] else NULL
  list(
    value = rows$value, method = as.character(rows$method), task = rows$task,
    run = if ("run" %in% all.vars(case[[2]])) rows$run else NULL,
    method_by_task = "method:task" %in% variances$grp,
    estimate = unname(effects[, "Estimate"]), standard_error = unname(effects[, "Std. Error"]),
    df = unname(effects[, "df"]), p_value = unname(effects[, "Pr(>|t|)"]),
    sd = Filter(Negate(is.null), list(
      task = sd_of("task"), run = sd_of("run"), `method-by-task` = sd_of("method:task"),
      residual = sd_of("Residual"))),
    deviance = REMLcrit(found), usual_deviance = REMLcrit(usual), usual_df = unname(coef(summary(usual))[, "df"])
  )
}

versions <- sprintf("R %s, lme4 %s, lmerTest %s", getRversion(), packageVersion("lme4"), packageVersion("lmerTest"))
cat(toJSON(list(tool = versions, cases = lapply(cases, fit)), auto_unbox = TRUE, digits = NA), "\n", sep = "")
