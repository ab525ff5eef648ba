CREATE TABLE `accounts` (
	`scope` text PRIMARY KEY NOT NULL,
	`micro_usd` integer DEFAULT 0 NOT NULL,
	`raised_to` integer,
	`raised_by` text,
	`raised_at` integer,
	CONSTRAINT "accounts_raised" CHECK(("accounts"."raised_to" IS NULL) = ("accounts"."raised_at" IS NULL))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `prices` (
	`id` text PRIMARY KEY NOT NULL,
	`model` text NOT NULL,
	`valid_from` integer NOT NULL,
	`input` integer NOT NULL,
	`cached_input` integer NOT NULL,
	`output` integer NOT NULL,
	`reasoning` integer NOT NULL,
	`layer` text NOT NULL,
	`source` text,
	`set_by` text NOT NULL,
	`set_at` integer NOT NULL,
	`gone_by` text,
	`gone_at` integer,
	CONSTRAINT "prices_layer" CHECK("prices"."layer" IN ('config', 'set')),
	CONSTRAINT "prices_gone" CHECK(("prices"."gone_by" IS NULL) = ("prices"."gone_at" IS NULL)),
	CONSTRAINT "prices_amounts" CHECK(min("prices"."input", "prices"."cached_input", "prices"."output", "prices"."reasoning") >= 0)
) STRICT;
--> statement-breakpoint
CREATE TABLE `reservations` (
	`run_id` text NOT NULL,
	`step` text NOT NULL,
	`attempt` integer NOT NULL,
	`call` integer NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`at` integer NOT NULL,
	`micro_usd` integer NOT NULL,
	`prices` text NOT NULL,
	`scopes` text NOT NULL,
	PRIMARY KEY(`run_id`, `step`, `attempt`, `call`),
	FOREIGN KEY (`run_id`) REFERENCES `runs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "reservations_amount" CHECK("reservations"."micro_usd" >= 0),
	CONSTRAINT "reservations_json" CHECK(json_valid("reservations"."scopes"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `spending` (
	`hour` integer NOT NULL,
	`score` text NOT NULL,
	`orchestra` text NOT NULL,
	`agent` text NOT NULL,
	`model` text NOT NULL,
	`calls` integer NOT NULL,
	`input_tokens` integer NOT NULL,
	`cached_tokens` integer NOT NULL,
	`output_tokens` integer NOT NULL,
	`reasoning_tokens` integer NOT NULL,
	`micro_usd` integer NOT NULL,
	`unpriced` integer NOT NULL,
	`failed` integer NOT NULL,
	PRIMARY KEY(`hour`, `score`, `orchestra`, `agent`, `model`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `model_calls` ADD `orchestra` text;
--> statement-breakpoint
INSERT INTO `spending` SELECT c.`started_at` / 3600000, r.`score`, coalesce(c.`orchestra`, ''), c.`agent`, c.`model`, count(*),
	sum(c.`input_tokens`), sum(c.`cached_tokens`), sum(c.`output_tokens`), sum(c.`reasoning_tokens`), coalesce(sum(c.`micro_usd`), 0),
	sum(c.`micro_usd` IS NULL AND c.`input_tokens` + c.`output_tokens` > 0), sum(c.`error` IS NOT NULL)
	FROM `model_calls` c JOIN `runs` r ON r.`id` = c.`run_id` WHERE c.`source` = 'live' GROUP BY 1, 2, 3, 4, 5;
--> statement-breakpoint
CREATE TRIGGER `model_calls_spent` AFTER INSERT ON `model_calls` WHEN NEW.`source` = 'live' BEGIN
	INSERT INTO `spending` SELECT NEW.`started_at` / 3600000, r.`score`, coalesce(NEW.`orchestra`, ''), NEW.`agent`, NEW.`model`, 1,
		NEW.`input_tokens`, NEW.`cached_tokens`, NEW.`output_tokens`, NEW.`reasoning_tokens`, coalesce(NEW.`micro_usd`, 0),
		NEW.`micro_usd` IS NULL AND NEW.`input_tokens` + NEW.`output_tokens` > 0, NEW.`error` IS NOT NULL
		FROM `runs` r WHERE r.`id` = NEW.`run_id`
	ON CONFLICT (`hour`, `score`, `orchestra`, `agent`, `model`) DO UPDATE SET `calls` = `calls` + 1,
		`input_tokens` = `input_tokens` + excluded.`input_tokens`, `cached_tokens` = `cached_tokens` + excluded.`cached_tokens`,
		`output_tokens` = `output_tokens` + excluded.`output_tokens`,
		`reasoning_tokens` = `reasoning_tokens` + excluded.`reasoning_tokens`, `micro_usd` = `micro_usd` + excluded.`micro_usd`,
		`unpriced` = `unpriced` + excluded.`unpriced`, `failed` = `failed` + excluded.`failed`;
END;
--> statement-breakpoint
PRAGMA user_version = 10;
