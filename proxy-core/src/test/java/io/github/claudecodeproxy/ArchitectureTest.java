package io.github.claudecodeproxy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/** Who may import whom, and what no class of the core may use. */
class ArchitectureTest {

    private static final String ROOT = "io.github.claudecodeproxy";
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    @Test
    void leavesImportNothingOfOurs() {
        for (String leaf : new String[] {"claude", "openai", "provider", "sse", "threads"}) {
            check(noClasses()
                    .that()
                    .resideInAPackage(ROOT + "." + leaf)
                    .should()
                    .dependOnClassesThat(ours(ROOT + "." + leaf)));
        }
    }

    @Test
    void theUpstreamImportsOnlyThreads() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".upstream")
                .should()
                .dependOnClassesThat(ours(ROOT + ".upstream", ROOT + ".threads")));
    }

    @Test
    void translationImportsOnlyTheWireAndTheProviders() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".translate")
                .should()
                .dependOnClassesThat(ours(
                        ROOT + ".translate",
                        ROOT + ".claude",
                        ROOT + ".openai",
                        ROOT + ".provider",
                        ROOT + ".tokens")));
    }

    @Test
    void tokensImportOnlyTheRequestAndTheModels() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".tokens")
                .should()
                .dependOnClassesThat(ours(ROOT + ".tokens", ROOT + ".claude", ROOT + ".provider")));
    }

    @Test
    void theProxyDoesNotKnowTheWireOfTheUpstream() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".http")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".openai"));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
    }

    @Test
    void translationDoesNoInputOutputThreadsOrLogging() {
        check(noClasses()
                .that()
                .resideInAPackage(ROOT + ".translate")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net..", "java.util.concurrent..", "org.slf4j..", "java.nio.file.."));
    }

    @Test
    void wireRecordsKnowNothingButJackson() {
        check(classes()
                .that()
                .resideInAnyPackage(ROOT + ".claude", ROOT + ".openai")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        ROOT + ".claude",
                        ROOT + ".openai",
                        "com.fasterxml.jackson..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util..",
                        "java.io..")));
    }

    @Test
    void noTypeIsChosenByAClassNameInTheJson() {
        check(noClasses()
                .should(com.tngtech.archunit.lang.conditions.ArchConditions.beAnnotatedWith(DescribedPredicate.describe(
                        "@JsonTypeInfo with a class name",
                        annotation -> annotation.getRawType().isEquivalentTo(JsonTypeInfo.class)
                                && String.valueOf(annotation.get("use").orElse(""))
                                        .contains("CLASS")))));
    }

    @Test
    void keysAreComparedInOnePlace() {
        check(noClasses()
                .that()
                .haveSimpleNameNotEndingWith("ClientAuthentication")
                .and()
                .haveSimpleNameNotEndingWith("StateSeal")
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class));
    }

    private static DescribedPredicate<JavaClass> ours(String... exceptPackages) {
        return DescribedPredicate.and(resideInAnyPackage(ROOT + ".."), resideOutsideOfPackages(exceptPackages));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(false).check(CORE);
    }
}
